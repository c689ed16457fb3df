import { describe, expect, it } from 'vitest'
import { openStream, POLL_MS, type StreamDeps } from '@/core/stream'

class FakeSource extends EventTarget {
  readyState = 0
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  isClosed = false
  close(): void {
    this.isClosed = true
  }
  tell(kind: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }))
  }
}

function bench() {
  const sources: FakeSource[] = []
  const timers: { work: () => void; ms: number }[] = []
  const heard: string[] = []
  const deps: StreamDeps = {
    open: () => (sources.push(new FakeSource()), sources.at(-1) as unknown as EventSource),
    setTimer: (work, ms) => timers.push({ work, ms }),
    clearTimer: (id) => void (timers[id - 1] = { work: () => undefined, ms: -1 }),
  }
  const stream = openStream(
    {
      changed: (ids) => heard.push(`changed ${ids.join()}`),
      presence: (ids) => heard.push(`presence ${ids.join()}`),
      notice: (unread) => heard.push(`notice ${String(unread)}`),
      poll: () => heard.push('poll'),
      live: (isLive) => heard.push(isLive ? 'live' : 'polling'),
    },
    deps,
  )
  const tick = () => timers.at(-1)!.work()
  return { sources, timers, heard, stream, tick }
}

describe('stream', () => {
  it('catches up when it opens, then hears of changes', () => {
    const { sources, heard } = bench()
    sources[0]!.onopen?.()
    sources[0]!.tell('changed', { ids: ['a', 'b'] })
    sources[0]!.tell('changed', { ids: [], is_reset: true })
    sources[0]!.tell('changed', { ids: ['c'], are_rules_changed: true })
    sources[0]!.tell('presence', { ids: ['d'] })
    sources[0]!.tell('notice', { unread: 4 })
    sources[0]!.dispatchEvent(new MessageEvent('changed', { data: 'not json' }))
    expect(heard).toEqual(['poll', 'live', 'changed a,b', 'poll', 'poll', 'presence d', 'notice 4', 'poll'])
  })

  it('polls every half minute while the line is down, and once more when it is back', () => {
    const { sources, timers, heard, tick } = bench()
    expect(timers[0]!.ms).toBe(POLL_MS)
    sources[0]!.onopen?.()
    sources[0]!.onerror?.()
    tick()
    tick()
    expect(heard).toEqual(['poll', 'live', 'polling', 'poll', 'poll'])
    expect(sources).toHaveLength(1)
    sources[0]!.onopen?.()
    expect(heard.slice(-2)).toEqual(['poll', 'live'])
  })

  it('opens a new line when the browser has given the old one up', () => {
    const { sources, tick } = bench()
    sources[0]!.onerror?.()
    sources[0]!.readyState = 2
    tick()
    expect(sources).toHaveLength(2)
    expect(sources[0]!.isClosed).toBe(true)
  })

  it('says nothing after it was closed', () => {
    const { sources, timers, stream } = bench()
    stream.close()
    expect(sources[0]!.isClosed).toBe(true)
    expect(timers.every((timer) => timer.ms === -1)).toBe(true)
  })
})
