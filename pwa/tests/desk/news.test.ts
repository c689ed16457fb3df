import { describe, expect, it } from 'vitest'
import { newIn } from '@/desk/logic/news'

const row = (id: string, state_since: string) => ({ id, state_since })

describe('新到 N 条', () => {
  const shown = [row('a', '2026-11-22T02:00:00Z'), row('b', '2026-11-21T02:00:00Z')]

  it('counts what is not shown yet', () => {
    expect(newIn([row('c', '2026-11-22T03:00:00Z'), ...shown], shown, false)).toBe(1)
    expect(newIn(shown, shown, false)).toBe(0)
  })

  it('old cases that slide up into a full page are no news', () => {
    const page = [shown[0]!, row('old', '2026-11-01T00:00:00Z'), row('new', '2026-11-22T04:00:00Z')]
    expect(newIn(page, shown, true)).toBe(1)
  })

  it('after an empty list everything is news', () => {
    expect(newIn(shown, [], true)).toBe(2)
  })
})
