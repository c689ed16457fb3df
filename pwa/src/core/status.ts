/** 本机状态: can this phone be trusted, what waits, what runs short. */
import { accountsHere, openDb } from '@/core/db'

/** A opens offline · B stores but does not open offline · C stores nothing. */
export type StorageLevel = 'a' | 'b' | 'c'

export interface PhoneStatus {
  level: StorageLevel
  isPersisted: boolean
  usedBytes: number | null
  freeBytes: number | null
  /** Under 300 MB free. */
  isShort: boolean
}

export interface OtherAccount {
  personId: string
  name: string
  unsent: number
}

const SHORT = 300 * 1024 * 1024

export async function phoneStatus(): Promise<PhoneStatus> {
  const [level, isPersisted, space] = await Promise.all([storageLevel(), isKept(), storageSpace()])
  return { level, isPersisted, ...space, isShort: isLittle(space.freeBytes) }
}

export const isShort = async (): Promise<boolean> => isLittle((await storageSpace()).freeBytes)

const isLittle = (freeBytes: number | null): boolean => freeBytes !== null && freeBytes < SHORT

async function isKept(): Promise<boolean> {
  return (await navigator.storage?.persisted?.()) ?? false
}

async function storageSpace(): Promise<Pick<PhoneStatus, 'usedBytes' | 'freeBytes'>> {
  const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {}
  return { usedBytes: usage ?? null, freeBytes: quota === undefined ? null : quota - (usage ?? 0) }
}

/** Asks the browser to keep our storage; after the first accepted item, for browsers look at use. */
export async function askToPersist(): Promise<boolean> {
  const storage = navigator.storage
  if (!storage?.persist) return false
  return (await storage.persisted()) || (await storage.persist())
}

async function storageLevel(): Promise<StorageLevel> {
  if (!(await canStore())) return 'c'
  const worker = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration() : undefined
  return worker?.active ? 'a' : 'b'
}

/** Writes and reads one row of a throw-away database. */
async function canStore(): Promise<boolean> {
  const probe = openDb('probe')
  try {
    await probe.meta.put({ key: 'probe', value: 1 })
    return (await probe.meta.get('probe'))?.value === 1
  } catch {
    return false
  } finally {
    probe.close()
  }
}

const NAMES = 'safegrid.names'

/** So that the next person can be told 「本机还有王五 2 条未传」. */
export function rememberName(personId: string, name: string): void {
  localStorage.setItem(NAMES, JSON.stringify({ ...names(), [personId]: name }))
}

/** Others whose unsent records lie in this phone: a number, never the content. */
export async function unsentOfOthers(myId: string | null): Promise<OtherAccount[]> {
  const ids = (await accountsHere()).filter((id) => id !== myId && id !== 'probe')
  const counted = await Promise.all(
    ids.map(async (personId) => ({ personId, name: names()[personId] ?? '', unsent: await unsentOf(personId) })),
  )
  return counted.filter((each) => each.unsent > 0)
}

async function unsentOf(personId: string): Promise<number> {
  const db = openDb(personId)
  try {
    return (await db.outbox.orderBy('draftId').uniqueKeys()).length
  } catch {
    return 0
  } finally {
    db.close()
  }
}

function names(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(NAMES) ?? '{}') as Record<string, string>
  } catch {
    return {}
  }
}
