import { beforeEach, expect, it } from 'vitest'
import type { DivisionChange, GridRevision } from '@/contract'
import { type Filings, useFilings } from '@/desk/papers/useFilings'

const served: { changes: DivisionChange[]; revisions: GridRevision[] } = { changes: [], revisions: [] }
const asked: string[] = []

/** Two a page. */
function pages<Row>(name: string, rows: () => Row[]): (cursor?: string) => Promise<{ items: Row[]; next: string | null }> {
  return (cursor = '0') => {
    asked.push(`${name} ${cursor}`)
    const end = Number(cursor) + 2
    return Promise.resolve({ items: rows().slice(Number(cursor), end), next: rows().length > end ? String(end) : null })
  }
}
const change = (id: string, day: string): DivisionChange => ({ id, starts_on: `2026-11-${day}` }) as DivisionChange
const revision = (id: string, day: string): GridRevision => ({ id, revised_on: `2026-11-${day}` }) as GridRevision
const filings = (): Filings => useFilings(pages('changes', () => served.changes), pages('revisions', () => served.revisions))
const shown = (of: Filings): string[] => [...of.changes.value, ...of.revisions.value].map(({ id }) => id)

beforeEach(() => {
  asked.length = 0
})

it('shows no line below a day of which the other list may still bring some', async () => {
  served.changes = [change('c1', '20')]
  served.revisions = [revision('r1', '25'), revision('r2', '24'), revision('r3', '23'), revision('r4', '10')]
  const list = filings()
  await list.load()
  expect(shown(list)).toEqual(['r1', 'r2'])
  expect(list.hasMore.value).toBe(true)
  await list.more()
  expect(shown(list)).toEqual(['c1', 'r1', 'r2', 'r3', 'r4'])
  expect(list.hasMore.value).toBe(false)
  expect(asked).toEqual(['changes 0', 'revisions 0', 'revisions 2'])
})

it('reads again from the top as far as was read, and finds what is new', async () => {
  served.changes = []
  served.revisions = [revision('r1', '25'), revision('r2', '24'), revision('r3', '23')]
  const list = filings()
  await list.load()
  await list.more()
  served.revisions.unshift(revision('r0', '26'))
  await list.again()
  expect(shown(list)).toEqual(['r0', 'r1', 'r2', 'r3'])
})
