import { describe, expect, it } from 'vitest'
import type { VisitView } from '@/contract'
import { MOST, readBook } from '@/desk/papers/recordBook'

const visit = (n: number): VisitView => ({ id: String(n) }) as VisitView
/** Newest first in pages of 100, as the server tells them. */
function server(count: number): (cursor?: string) => Promise<{ items: VisitView[]; next: string | null }> {
  return async (cursor = '0') => {
    const first = Number(cursor)
    const items = Array.from({ length: Math.min(100, count - first) }, (_, n) => visit(count - first - n))
    return { items, next: first + 100 < count ? String(first + 100) : null }
  }
}

describe('the record book', () => {
  it('is read to the end and told in the order in which it happened', async () => {
    const { rows, isCut } = await readBook(server(230))
    expect(rows.map((row) => Number(row.id))).toEqual(Array.from({ length: 230 }, (_, n) => n + 1))
    expect(isCut).toBe(false)
  })
  it('has the newest of too many, and says that it is cut', async () => {
    const { rows, isCut } = await readBook(server(MOST + 1))
    expect([rows.length, rows[0]?.id, rows.at(-1)?.id, isCut]).toEqual([MOST, '2', String(MOST + 1), true])
    expect((await readBook(server(MOST))).isCut).toBe(false)
  })
})
