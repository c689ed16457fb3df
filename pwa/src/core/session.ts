/** Who is signed in. Works without a network from the copy of the last answer. */
import type { DemoPerson, Me, Problem } from '@/contract'
import { api, problemOf, speaker, unauthorized } from '@/core/api'
import { heardFromServer } from '@/core/contact'
import { forgetCopy, keepCopy, readKept } from '@/core/keep'
import { asOnlySender } from '@/core/locks'
import { createStore } from '@/core/store'
import { forgetUnfinished } from '@/core/unfinished'

export interface Session {
  me: Me | null
  /** Just answered by the server; else the copy from last time. */
  isFresh: boolean
  /** The server says signed out; the person may go on capturing, nothing is sent. */
  isExpired: boolean
  /** Somebody else has signed in meanwhile, in another tab of this browser. */
  takenOverBy?: string
}

export type SignIn = { ok: true; me: Me } | { ok: false; problem: Problem }

const STORED = 'safegrid.me'
/** Signed out without a network: the cookie is still good, but whoever opens the app is nobody. */
const LEFT = 'safegrid.left'
const NOBODY: Session = { me: null, isFresh: false, isExpired: false }

export const session = createStore<Session>(NOBODY)
unauthorized.subscribe(() => markExpired())
session.subscribe((present) => speaker.set(present.me?.id ?? null))

/** At once, without a network: the copy of last time. */
export function startSession(): Session {
  const me = readCopy()
  if (me && !session.get().me) session.set({ me, isFresh: false, isExpired: false })
  return session.get()
}

/** Network first; unreachable = the copy of last time; null = nobody has signed in here. */
export async function loadMe(): Promise<Session | null> {
  if (localStorage.getItem(LEFT) && !(await leave())) return null
  const next = await askServer(session.get().me ?? readCopy() ?? (await readSecondCopy()))
  session.set(next)
  return next.me ? next : null
}

async function askServer(kept: Me | null): Promise<Session> {
  try {
    const { data, response } = await api.GET('/api/session')
    if (data && isMe(data)) return answered(data)
    return { me: kept, isFresh: false, isExpired: response.status === 401 && kept !== null }
  } catch {
    return { me: kept, isFresh: false, isExpired: session.get().isExpired }
  }
}

/** A page does not change hands under the fingers: what A has open must not be stored as B's. */
function answered(told: Me): Session {
  const { me } = session.get()
  return me && me.id !== told.id ? { ...expired(me), takenOverBy: told.name } : remember(told)
}

/** Waits for (and cuts off) a running upload first, so that nothing of A leaves under B's session. */
export function signIn(login: string, password: string, device: string): Promise<SignIn> {
  return asOnlySender(async () => {
    try {
      const { data, error } = await api.POST('/api/session', { body: { login, password, device } })
      return data && isMe(data) ? accepted(data) : refused(error)
    } catch (error) {
      return refused(error)
    }
  })
}

/** The township's one-time code and a password of one's own: signed in on this phone. */
export function enrolPhone(code: string, password: string, device: string): Promise<SignIn> {
  return asOnlySender(async () => {
    try {
      const { data, error } = await api.POST('/api/enrolment', { body: { code, password, device } })
      return data && isMe(data) ? accepted(data) : refused(error)
    } catch (error) {
      return refused(error)
    }
  })
}

/** Demo only: step in as one of the invented people. */
export function enterAs(personId: DemoPerson['id']): Promise<SignIn> {
  return asOnlySender(async () => {
    try {
      const { data, error } = await api.POST('/api/demo/enter/{person_id}', {
        params: { path: { person_id: personId } },
      })
      return data && isMe(data) ? accepted(data) : refused(error)
    } catch (error) {
      return refused(error)
    }
  })
}

/** Ends the session here and, if reachable, on the server. Unsent records stay in this phone; half-typed forms of a desk do not. */
export function signOut(): Promise<void> {
  return asOnlySender(async () => {
    localStorage.setItem(LEFT, '1')
    localStorage.removeItem(STORED)
    forgetUnfinished(session.get().me?.id ?? '')
    await forgetCopy()
    session.set(NOBODY)
    await leave()
  })
}

/** False while the server cannot be told; loadMe tries again before it asks who is here. */
async function leave(): Promise<boolean> {
  const isTold = await api.DELETE('/api/session').then(
    ({ response }) => response.ok,
    () => false,
  )
  if (isTold) localStorage.removeItem(LEFT)
  return isTold
}

export async function changePassword(old: string, wanted: string): Promise<SignIn> {
  try {
    const { data, error } = await api.PUT('/api/session/password', { body: { old, new: wanted } })
    return data && isMe(data) ? accepted(data) : refused(error)
  } catch (error) {
    return refused(error)
  }
}

/** The second step of signing in: a code of the authenticator, or a recovery code. */
export async function proveSecondFactor(code: string): Promise<SignIn> {
  try {
    const { data, error } = await api.POST('/api/session/second-factor', { body: { code } })
    return data && isMe(data) ? accepted(data) : refused(error)
  } catch (error) {
    return refused(error)
  }
}

/** The first code of a new authenticator; the recovery codes come this once. */
export async function confirmSecondFactor(code: string): Promise<{ codes: string[] } | { problem: Problem }> {
  try {
    const { data, error } = await api.PUT('/api/session/second-factor/setup', { body: { code } })
    if (!data) return { problem: problemOf(error) }
    accepted(data.me)
    return { codes: data.recovery_codes }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

/** The password is proved, the second step is not: verify a code, or set the authenticator up first. */
export const lacksSecondFactor = (me: Me): boolean => ['verify', 'enrol'].includes(me.second_factor)

/** Called when an answer says 401: the banner appears, the queue pauses, capture goes on. */
export function markExpired(): void {
  const present = session.get()
  if (present.me && !present.isExpired) session.set(expired(present.me))
}

function expired(me: Me): Session {
  return { me, isFresh: false, isExpired: true }
}

function accepted(me: Me): SignIn {
  localStorage.removeItem(LEFT)
  session.set(remember(me))
  return { ok: true, me }
}

function refused(error: unknown): SignIn {
  return { ok: false, problem: problemOf(error) }
}

function remember(me: Me): Session {
  heardFromServer(Date.now(), me.server_time)
  localStorage.setItem(STORED, JSON.stringify(me))
  void keepCopy(me)
  return { me, isFresh: true, isExpired: false }
}

function readCopy(): Me | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null')
    return isMe(kept) ? kept : null
  } catch {
    return null
  }
}

async function readSecondCopy(): Promise<Me | null> {
  const kept = await readKept()
  return isMe(kept) ? kept : null
}

/** A captive portal's answer is not a person. */
function isMe(value: unknown): value is Me {
  const me = value as Partial<Me> | null
  return typeof me?.id === 'string' && Array.isArray(me.seats)
}
