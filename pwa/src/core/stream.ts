/** News for desks: server-sent events, and a poll every 30 s while they do not come. */
export interface StreamHandlers {
  /** These cases have changed. */
  changed(ids: string[]): void
  /** A colleague has come to these cases, or gone: they themselves are as they were. */
  presence?(ids: string[]): void
  /** Unread lines in the inbox. */
  notice(unread: number): void
  /** Ask everything again: after a gap, a reset, a change of rules, or because only polling works. */
  poll(): void
  /** true = live, false = polling. */
  live?(isLive: boolean): void
}

export interface StreamDeps {
  open(url: string): EventSource
  setTimer(work: () => void, ms: number): number
  clearTimer(id: number): void
}

export interface Stream {
  close(): void
}

const ADDRESS = '/api/stream'
export const POLL_MS = 30_000
const CLOSED = 2

export function openStream(handlers: StreamHandlers, deps: StreamDeps = browserStream()): Stream {
  const line = new Line(handlers, deps)
  line.start()
  return line
}

/** EventSource reconnects by itself and sends Last-Event-ID; when it gives up, we poll and try anew. */
class Line implements Stream {
  private source: EventSource | null = null
  private timer: number | null = null
  private isLive = false

  constructor(
    private readonly handlers: StreamHandlers,
    private readonly deps: StreamDeps,
  ) {}

  start(): void {
    this.startPolling()
    this.connect()
  }

  close(): void {
    this.stopPolling()
    this.source?.close()
    this.source = null
  }

  private connect(): void {
    this.source?.close()
    const source = this.deps.open(ADDRESS)
    source.onopen = () => this.setLive(true)
    source.onerror = () => this.setLive(false)
    source.addEventListener('changed', (event) => this.hear(changeIn(event.data)))
    source.addEventListener('presence', (event) => this.handlers.presence?.(changeIn(event.data).ids))
    source.addEventListener('notice', (event) => this.handlers.notice(unreadIn(event.data)))
    this.source = source
  }

  /** A reset, or news about rules, has no ids: everything is asked again. */
  private hear({ ids, isAll }: { ids: string[]; isAll: boolean }): void {
    if (isAll) this.handlers.poll()
    else this.handlers.changed(ids)
  }

  private setLive(next: boolean): void {
    if (next && !this.isLive) this.handlers.poll() // what happened in the gap
    this.isLive = next
    this.handlers.live?.(next)
    if (next) this.stopPolling()
    else this.startPolling()
  }

  private tick(): void {
    this.timer = null
    this.handlers.poll()
    if (!this.source || this.source.readyState === CLOSED) this.connect()
    this.startPolling()
  }

  private startPolling(): void {
    this.timer ??= this.deps.setTimer(() => this.tick(), POLL_MS)
  }

  private stopPolling(): void {
    if (this.timer !== null) this.deps.clearTimer(this.timer)
    this.timer = null
  }
}

function browserStream(): StreamDeps {
  return {
    open: (url) => new EventSource(url),
    setTimer: (work, ms) => window.setTimeout(work, ms),
    clearTimer: (id) => window.clearTimeout(id),
  }
}

function changeIn(data: unknown): { ids: string[]; isAll: boolean } {
  const told = parse(data) as { ids?: unknown[]; is_reset?: boolean; are_rules_changed?: boolean } | null
  const ids = (told?.ids ?? []).map(String)
  return { ids, isAll: ids.length === 0 || told?.is_reset === true || told?.are_rules_changed === true }
}

function unreadIn(data: unknown): number {
  return Number((parse(data) as { unread?: unknown } | null)?.unread) || 0
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data)) as unknown
  } catch {
    return null
  }
}
