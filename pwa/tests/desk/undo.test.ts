import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHold, UNDO_MS } from '@/desk/logic/undo'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

function wish(subject: string) {
  return { subject, label: subject, run: vi.fn(async () => undefined), undo: vi.fn() }
}

describe('ten seconds to take a decision back', () => {
  it('nothing is sent before the ten seconds are over, and it is sent once', async () => {
    const hold = createHold()
    const one = wish('a')
    hold.add(one)
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1)
    expect(one.run).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2)
    expect(one.run).toHaveBeenCalledExactlyOnceWith(false)
    await hold.flush()
    expect(one.run).toHaveBeenCalledTimes(1)
    expect(hold.undo()).toBe(false)
  })

  it('undo takes back the newest one and leaves the older ones on their way', async () => {
    const hold = createHold()
    const [first, second] = [wish('a'), wish('b')]
    hold.add(first)
    hold.add(second)
    expect(hold.undo()).toBe(true)
    expect(second.undo).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(UNDO_MS)
    expect(first.run).toHaveBeenCalledOnce()
    expect(second.run).not.toHaveBeenCalled()
  })

  it('a decision can be taken back by its own button', async () => {
    const hold = createHold()
    const [first, second] = [wish('a'), wish('b')]
    hold.add(first)
    hold.add(second)
    hold.undo(hold.waiting()[0]?.id)
    await vi.advanceTimersByTimeAsync(UNDO_MS)
    expect(first.run).not.toHaveBeenCalled()
    expect(second.run).toHaveBeenCalledOnce()
  })

  it('leaving the page sends what still waits, marked as such', async () => {
    const hold = createHold()
    const [first, second] = [wish('a'), wish('b')]
    hold.add(first)
    hold.add(second)
    await hold.flush()
    expect(first.run).toHaveBeenCalledExactlyOnceWith(true)
    expect(second.run).toHaveBeenCalledExactlyOnceWith(true)
    expect(hold.waiting()).toEqual([])
  })

  it('tells when the list of waiting ones changes', async () => {
    const onChange = vi.fn()
    const hold = createHold({ onChange })
    hold.add(wish('a'))
    expect(hold.waiting()).toMatchObject([{ subject: 'a' }])
    await vi.advanceTimersByTimeAsync(UNDO_MS)
    expect(hold.waiting()).toEqual([])
    expect(onChange).toHaveBeenCalledTimes(2)
  })
})
