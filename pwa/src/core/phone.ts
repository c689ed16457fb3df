/** Starts the phone's engine: who is signed in, their account, the triggers of the outbox. */
import type { Me } from '@/contract'
import { closeAccount, openAccount } from '@/core/account'
import { session, startSession, type Session } from '@/core/session'
import { rememberName } from '@/core/status'
import { startTriggers, type Triggers } from '@/core/triggers'

let triggers: Triggers | null = null
let personId: string | undefined
let wasFresh = false

/**
 * Call once: opens the account of whoever is here by the copy in this phone. The stores follow whoever signs
 * in; with a copy the first sync asks the server, without one the router has.
 */
export function startPhone(): void {
  session.subscribe(follow)
  follow(startSession())
}

/** Send, fetch, reconcile now: the button. */
export async function syncNow(): Promise<void> {
  await triggers?.sync(true)
}

/** The account of the person who is here, no other; theirs alone is sent. */
function follow({ me, isFresh }: Session): void {
  const isBack = isFresh && !wasFresh
  wasFresh = isFresh
  if (me?.id !== personId) open(me)
  else if (isBack) void triggers?.sync() // signed in again: what waited goes
}

function open(me: Me | null): void {
  triggers?.stop()
  triggers = null
  personId = me?.id
  if (!me) return closeAccount()
  rememberName(me.id, me.name)
  triggers = startTriggers(openAccount(me.id))
}
