/** When the phone talks to the server: start, save, `online`, visible, timer, button. All call the same. */
import type { Account } from '@/core/account'
import { READER } from '@/core/locks'
import { loadMe } from '@/core/session'
import { askToPersist } from '@/core/status'
import { lookForUpdate } from '@/core/update'

const TICK_MS = 60_000
const EARLY_MS = 5
const SOONEST_MS = 50
/** The heartbeat, even if nothing was sent. */
const RECONCILE_MS = 10 * 60_000

export interface Triggers {
  /** Send, fetch what changed, tell what waits. `isManual`: the button. */
  sync(isManual?: boolean): Promise<void>
  stop(): void
}

export function startTriggers(account: Account): Triggers {
  const engine = new Engine(account)
  engine.start()
  return engine
}

/** Browsers wake a timer up to a millisecond early: a phone that asks before its time asks for nothing and sleeps on. */
export function delayTo(at: number, now: number): number {
  return Math.max(SOONEST_MS, Math.ceil(at - now) + EARLY_MS)
}

class Engine implements Triggers {
  private wake: ReturnType<typeof setTimeout> | undefined
  private newsWake: ReturnType<typeof setTimeout> | undefined
  private tick: ReturnType<typeof setInterval> | undefined
  private reconciledAt = 0
  private unwatch: (() => void)[] = []

  constructor(private readonly account: Account) {}

  start(): void {
    const { outbox, pull } = this.account
    this.unwatch = [
      outbox.state.subscribe(({ wakeAt }) => this.wakeUp(wakeAt)),
      pull.wakeAt.subscribe((at) => this.lookAgain(at)),
    ]
    this.tick = setInterval(() => this.ifVisible(), TICK_MS)
    window.addEventListener('online', this.onOnline)
    document.addEventListener('visibilitychange', this.onVisible)
    void this.sync()
  }

  stop(): void {
    clearTimeout(this.wake)
    clearTimeout(this.newsWake)
    clearInterval(this.tick)
    for (const stop of this.unwatch) stop()
    window.removeEventListener('online', this.onOnline)
    document.removeEventListener('visibilitychange', this.onVisible)
  }

  async sync(isManual = false): Promise<void> {
    await this.flush(isManual)
    await this.asMyself(async () => {
      await this.account.pull.pull()
      if (Math.abs(Date.now() - this.reconciledAt) > RECONCILE_MS) await this.reconcile()
    })
    await this.account.photos.purge().catch(() => undefined)
  }

  private async flush(isManual: boolean): Promise<void> {
    const { accepted } = await this.account.outbox.flush(isManual)
    if (accepted === 0) return
    await this.asMyself(() => this.reconcile())
    await askToPersist().catch(() => false)
  }

  /** What is asked as somebody else would end in the wrong database; nobody can sign in meanwhile. */
  private async asMyself(work: () => Promise<void>): Promise<void> {
    const { locks, personId } = this.account
    await locks.ifFree(READER, async () => {
      const present = await loadMe()
      if (present?.isFresh && present.me?.id === personId) await work()
    })
  }

  private async reconcile(): Promise<void> {
    if (await this.account.reconcile.reconcile()) this.reconciledAt = Date.now()
  }

  private wakeUp(at: number | null): void {
    clearTimeout(this.wake)
    if (at !== null) this.wake = setTimeout(() => void this.flush(false), delayTo(at, Date.now()))
  }

  /** The server had no time for the news: the phone comes back by itself. */
  private lookAgain(at: number | null): void {
    clearTimeout(this.newsWake)
    if (at !== null) this.newsWake = setTimeout(() => void this.sync(), delayTo(at, Date.now()))
  }

  private readonly onOnline = (): void => void this.sync()

  private readonly onVisible = (): void => {
    this.ifVisible()
    if (document.visibilityState === 'visible') void lookForUpdate()
  }

  private ifVisible(): void {
    if (document.visibilityState === 'visible') void this.sync()
  }
}
