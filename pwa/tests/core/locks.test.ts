// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { askToYield, asOnlySender, browserLocks, onYield } from '@/core/locks'

beforeEach(() => localStorage.clear())

describe('without Web Locks', () => {
  it('lets one of two tabs send, and the other after it', async () => {
    vi.stubGlobal('navigator', {})
    const at = 1_000
    const [one, two] = [browserLocks(() => at, 'one'), browserLocks(() => at, 'two')]
    let done: () => void = () => undefined
    const first = one.ifFree('x', () => new Promise<string>((resolve) => (done = () => resolve('sent'))))
    expect(await two.ifFree('x', () => Promise.resolve('too'))).toBeUndefined()
    done()
    expect(await first).toBe('sent')
    expect(await two.ifFree('x', () => Promise.resolve('then'))).toBe('then')
    expect(one.isExclusive).toBe(false)
  })

  it('takes over the lease of a tab that died', async () => {
    vi.stubGlobal('navigator', {})
    let at = 1_000
    const dead = browserLocks(() => at, 'dead')
    void dead.ifFree('x', () => new Promise(() => undefined))
    at += 29_000
    expect(await browserLocks(() => at, 'next').ifFree('x', () => Promise.resolve(1))).toBeUndefined()
    at += 2_000
    expect(await browserLocks(() => at, 'next').ifFree('x', () => Promise.resolve(1))).toBe(1)
  })
})

describe('a change of account', () => {
  it('asks the sender to let go first', async () => {
    vi.stubGlobal('navigator', {})
    let cut = 0
    const stop = onYield(() => (cut += 1))
    expect(await asOnlySender(() => Promise.resolve(cut))).toBe(1)
    stop()
    askToYield()
    expect(cut).toBe(1)
  })

  it('holds the same lock as the sender where there are Web Locks', async () => {
    const held: string[] = []
    const request = (name: string, ...rest: unknown[]) => (held.push(name), (rest.at(-1) as (lock: object) => unknown)({}))
    vi.stubGlobal('navigator', { locks: { request } })
    await asOnlySender(() => Promise.resolve())
    await browserLocks(() => 0, 'me').ifFree('safegrid-outbox', () => Promise.resolve())
    expect(held).toEqual(['safegrid-outbox', 'safegrid-reader', 'safegrid-outbox'])
  })

  it('does not wait for ever for a tab that the system has frozen', async () => {
    vi.useFakeTimers()
    const request = (_name: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    vi.stubGlobal('navigator', { locks: { request } })
    const signing = asOnlySender(() => Promise.resolve('in'))
    await vi.advanceTimersByTimeAsync(10_000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await signing).toBe('in')
    vi.useRealTimers()
  })
})
