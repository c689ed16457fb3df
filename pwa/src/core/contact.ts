/** The truth about "online": when the server was last heard, and how far the clocks are apart. */
import { createStore } from '@/core/store'

export interface Contact {
  /** Device time, ms; null = never on this phone. */
  lastAt: number | null
  /** Server clock minus device clock, ms. */
  skewMs: number
}

const STORED = 'safegrid.contact'
/** The Date header has whole seconds, and the answer took time: smaller differences mean nothing. */
const NOISE_MS = 3_000

export const contact = createStore<Contact>(read())

/** `serverTime`: a Date header or an ISO time of an answer that is certainly ours. */
export function heardFromServer(at: number, serverTime?: string | null): void {
  const told = serverTime ? Date.parse(serverTime) : NaN
  const skew = Number.isNaN(told) ? contact.get().skewMs : told - at
  contact.set({ lastAt: at, skewMs: Math.abs(skew) < NOISE_MS ? 0 : skew })
  storage()?.setItem(STORED, JSON.stringify(contact.get()))
}

/** The server's present time as well as this device can know it, ms. */
export function serverNow(at: number = Date.now()): number {
  return at + contact.get().skewMs
}

function storage(): Storage | null {
  return typeof localStorage === 'undefined' ? null : localStorage
}

function read(): Contact {
  try {
    const kept = JSON.parse(storage()?.getItem(STORED) ?? 'null') as Contact | null
    return kept ?? { lastAt: null, skewMs: 0 }
  } catch {
    return { lastAt: null, skewMs: 0 }
  }
}
