/** What needs the phone's database comes after the first paint: the page is there before Dexie is. */
import type * as Phone from '@/core/phone'

let started: Promise<typeof Phone> | null = null

/** Starts the engine once; every page that needs an account waits for it. */
export function engine(): Promise<typeof Phone> {
  started ??= import('@/core/phone').then((phone) => {
    phone.startPhone()
    return phone
  })
  return started
}

/** A part of a page that needs the engine: both are fetched at once, the part is shown after it. */
export const withEngine = async <Part>(part: Promise<Part>): Promise<Part> => (await Promise.all([part, engine()]))[0]

export const syncNow = async (): Promise<void> => (await engine()).syncNow()
