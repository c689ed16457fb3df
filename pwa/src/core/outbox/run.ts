/** One run of the sender, from "who is signed in" to "nothing more is ready". */
import { withReopen } from '@/core/db'
import { coreError } from '@/core/errors'
import type { Store } from '@/core/store'
import type { OutboxItem, Why } from '@/core/types'
import { backoffMs, type Breaker } from './backoff'
import type { Outcome } from './outcome'
import * as queue from './queue'
import { send, whoIsSignedIn, type Presence } from './send'
import type { FlushResult, OutboxDeps, OutboxState } from './types'

const ASK_AGAIN_MS = 30_000

export interface Breakers {
  json: Breaker
  photo: Breaker
}

/** Accepted, but the phone is too full to keep the receipt: stays in line, is not sent again. By seq. */
export type Unsettled = Map<number, { item: OutboxItem; accepted: queue.Accepted; isComplete: boolean }>

export class Run {
  readonly result: FlushResult = { accepted: 0, refused: 0, postponed: 0, stopped: null, isElsewhere: false }
  private readonly tried = new Set<number>()
  private readonly rows = new queue.Rows()
  private readonly abort = new AbortController()
  private askedAt = -Infinity
  private isFull = false

  constructor(
    private readonly deps: OutboxDeps,
    private readonly state: Store<OutboxState>,
    private readonly breakers: Breakers,
    private readonly unsettled: Unsettled,
    private readonly isManual: boolean,
  ) {
    if (isManual) for (const breaker of [breakers.json, breakers.photo]) breaker.forgive()
  }

  cutOff(): void {
    this.abort.abort()
  }

  async hasWork(): Promise<boolean> {
    return (await this.next()) !== null
  }

  /** Call only while holding the sender's lock. */
  async drain(): Promise<FlushResult> {
    for (let item = await this.next(); item; item = await this.next()) {
      this.tried.add(item.seq)
      if (this.mustAsk() && !(await this.isMine())) break
      await this.take(item)
      this.rows.touched(item)
      if (this.result.stopped) break
    }
    // What could not be noted would be tried again at once, and for ever.
    if (this.isFull) this.result.stopped ??= 'cut_off'
    this.show(null)
    return this.result
  }

  private next(): Promise<OutboxItem | null> {
    if (this.abort.signal.aborted) return Promise.resolve(null)
    const now = this.deps.now()
    return queue.nextReady(this.deps.db, this.rows, {
      now,
      personId: this.deps.personId,
      isManual: this.isManual,
      tried: this.tried,
      unsettled: this.unsettled,
      isSpared: (item) => this.breakerOf(item).isOpen(now),
    })
  }

  /** At first; then, without Web Locks or after a sleep: another tab may have changed the account. */
  private mustAsk(): boolean {
    return !this.deps.locks.isExclusive || Math.abs(this.deps.now() - this.askedAt) > ASK_AGAIN_MS
  }

  private async isMine(): Promise<boolean> {
    this.askedAt = this.deps.now()
    const presence = await whoIsSignedIn(this.deps, this.abort.signal)
    if (presence === 'me') return true
    if (presence === 'signed_out') this.deps.signedOut?.()
    this.stop(this.abort.signal.aborted ? 'cut_off' : presence)
    return false
  }

  private async take(waiting: OutboxItem): Promise<void> {
    const item = await this.claim(waiting.seq)
    if (!item) return
    this.show(item.seq)
    const outcome = await send(item, this.deps, this.abort.signal)
    if (this.abort.signal.aborted && outcome.is === 'unreachable') return this.stop('cut_off')
    await this.conclude(item, outcome)
  }

  /** Also on a phone that is too full for the mark: for 撤回 it is too full as well. */
  private async claim(seq: number): Promise<OutboxItem | null> {
    const { db } = this.deps
    return (await this.noted(() => queue.claim(db, seq))) ?? (this.isFull ? queue.sendable(db, seq) : null)
  }

  /** Book-keeping: a full phone must not keep its own records from leaving. */
  private async noted<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      if (coreError(error).code !== 'storage_full') throw error
      this.isFull = true
      return null
    }
  }

  private async conclude(item: OutboxItem, outcome: Outcome): Promise<void> {
    switch (outcome.is) {
      case 'accepted':
        return this.settle(item, outcome)
      case 'later':
        return this.postpone(item, outcome.why, outcome.status, outcome.waitMs)
      case 'refused':
        this.result.refused += 1
        await this.noted(() => queue.park(this.deps.db, item.seq, outcome.problem))
        return
      case 'unreachable':
      case 'signed_out':
        return this.pause(item, outcome.is === 'unreachable' ? outcome.why : outcome.is, outcome.status)
      default:
        outcome satisfies never
    }
  }

  private async settle(item: OutboxItem, accepted: Extract<Outcome, { is: 'accepted' }>): Promise<void> {
    const { db, now } = this.deps
    const isSettled = await this.noted(() => withReopen(db, () => queue.settle(db, item, accepted, now())).then(() => true))
    if (!isSettled) this.unsettled.set(item.seq, { item, accepted, isComplete: false })
    this.breakerOf(item).accepted()
    this.result.accepted += 1
  }

  private async pause(item: OutboxItem, why: Exclude<Presence, 'me'>, status: number | null): Promise<void> {
    await this.noted(() => queue.noteFailure(this.deps.db, item.seq, why, status, this.deps.now()))
    if (why === 'signed_out') this.deps.signedOut?.()
    this.stop(why)
  }

  private async postpone(item: OutboxItem, why: Why, status: number, orderMs: number | null): Promise<void> {
    const { db, now, random } = this.deps
    const waitMs = orderMs ?? backoffMs(item.laters, random())
    const delay = { why, status, now: now(), waitMs, isOrder: orderMs !== null }
    await this.noted(() => queue.postpone(db, item, delay))
    this.breakerOf(item).later(now(), orderMs, random())
    this.result.postponed += 1
  }

  private breakerOf(item: OutboxItem): Breaker {
    return item.kind === 'photo' ? this.breakers.photo : this.breakers.json
  }

  private stop(why: Exclude<Presence, 'me'> | 'cut_off'): void {
    this.result.stopped = why
    this.show(null)
  }

  private show(sending: number | null): void {
    this.state.set({ ...this.state.get(), sending, stopped: this.result.stopped })
  }
}

/** Receipts into the phone, items out of the line. Raises CoreError storage_full. */
export async function settleAll({ db, now }: OutboxDeps, unsettled: Unsettled): Promise<void> {
  for (const [seq, { item, accepted, isComplete }] of unsettled) {
    await withReopen(db, () => queue.settle(db, item, accepted, now(), isComplete))
    unsettled.delete(seq)
  }
}
