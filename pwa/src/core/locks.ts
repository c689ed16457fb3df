/** One sender per origin, in all tabs. Web Locks where there are any; else a lease in localStorage. */
import type { Locks } from '@/core/outbox/types'

/** One name for the whole origin: never two senders, also not of two accounts. */
export const SENDER = 'safegrid-outbox'
/** One reader of the person's own news; a change of account waits for it, too. */
export const READER = 'safegrid-reader'
const LEASE = 'safegrid.lease'
const LEASE_MS = 30_000
const YIELD = 'safegrid-yield'

const listeners = new Set<() => void>()
let channel: BroadcastChannel | null = null

/** Tells a running sender, here or in another tab, to cut its upload off and let go. */
export function askToYield(): void {
  openChannel()?.postMessage(YIELD)
  for (const listener of listeners) listener()
}

export function onYield(listener: () => void): () => void {
  listeners.add(listener)
  openChannel()
  return () => listeners.delete(listener)
}

function openChannel(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === 'undefined') return channel
  channel = new BroadcastChannel(YIELD)
  channel.onmessage = () => {
    for (const listener of listeners) listener()
  }
  return channel
}

/** A tab that the system has frozen cannot let go; its session is asked again when it wakes. */
const PATIENCE_MS = 10_000

/** Runs `work` (a change of account) while no item can be on the wire and no copy is being read. */
export async function asOnlySender<T>(work: () => Promise<T>): Promise<T> {
  askToYield()
  if (!navigator.locks) return work()
  return withLock(SENDER, () => withLock(READER, work))
}

async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  let hasStarted = false
  const start = (): Promise<T> => {
    hasStarted = true
    clearTimeout(timer)
    return work()
  }
  try {
    return (await navigator.locks.request(name, { signal: patience.signal }, start)) as T
  } catch (error) {
    if (hasStarted) throw error
    return work()
  }
}

/** For the outbox. Without Web Locks two tabs may overlap for a moment; repeats are harmless. */
export function browserLocks(now: () => number, owner: string): Locks {
  return navigator.locks ? webLocks(navigator.locks) : leaseLocks(now, owner)
}

function webLocks(locks: LockManager): Locks {
  return {
    isExclusive: true,
    ifFree: async <T>(name: string, work: () => Promise<T>) =>
      (await locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : Promise.resolve(undefined)))) as T | undefined,
  }
}

function leaseLocks(now: () => number, owner: string): Locks {
  return {
    isExclusive: false,
    async ifFree(name, work) {
      if (!takeLease(name, now(), owner)) return undefined
      const timer = setInterval(() => takeLease(name, now(), owner), LEASE_MS / 3)
      try {
        return await work()
      } finally {
        clearInterval(timer)
        localStorage.removeItem(`${LEASE}.${name}`)
      }
    },
  }
}

function takeLease(name: string, at: number, owner: string): boolean {
  const key = `${LEASE}.${name}`
  const [holder, until] = (localStorage.getItem(key) ?? '|0').split('|')
  const left = Number(until) - at // longer than any lease: noted before the clock was set back
  if (holder && holder !== owner && left > 0 && left <= LEASE_MS) return false
  localStorage.setItem(key, `${owner}|${String(at + LEASE_MS)}`)
  return localStorage.getItem(key)?.startsWith(`${owner}|`) ?? false
}
