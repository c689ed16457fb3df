/** Everything that belongs to the person who is signed in on this phone: one database, one outbox. */
import { openBrowserAccount } from '@/core/browser'
import type { GridDb } from '@/core/db'
import type { Drafts } from '@/core/drafts'
import type { Locks, Outbox } from '@/core/outbox/types'
import type { Photos } from '@/core/photos/types'
import type { Pull } from '@/core/pull'
import type { Reconcile } from '@/core/reconcile'
import { createStore } from '@/core/store'

export interface Account {
  personId: string
  db: GridDb
  drafts: Drafts
  photos: Photos
  outbox: Outbox
  pull: Pull
  reconcile: Reconcile
  locks: Locks
  /** Nothing is sent any more; rows stay. */
  close(): void
}

export const currentAccount = createStore<Account | null>(null)

/** The open account. Raises if nobody is signed in: a page that needs it must not be shown then. */
export function account(): Account {
  const open = currentAccount.get()
  if (!open) throw new Error('no account is open')
  return open
}

/** Opens the database of a person; the one before is closed, its rows stay. */
export function openAccount(personId: string): Account {
  const open = currentAccount.get()
  if (open?.personId === personId) return open
  closeAccount()
  const next = openBrowserAccount(personId)
  currentAccount.set(next)
  return next
}

export function closeAccount(): void {
  const open = currentAccount.get()
  if (!open) return
  open.close()
  currentAccount.set(null)
}
