/** What changed on the server comes into the phone, page by page, each page whole or not at all. */
import type { Changes, GridView, HazardView, ObjectView, Rules } from '@/contract'
import { withReopen, type GridDb } from '@/core/db'
import { keepNewer } from '@/core/outbox/queue'

export interface PullDeps {
  db: GridDb
  now(): number
  /** GET /api/sync/changes; null = unreachable or signed out. */
  changes(since: string): Promise<Changes | null>
  /** Rules, the objects of my ground and my grids; null = could not be read now. */
  reference(): Promise<Reference | null>
}

export interface Reference {
  rules: Rules
  objects: ObjectView[]
  grids: GridView[]
}

export interface PullResult {
  isDone: boolean
  changed: number
  unread: number | null
}

export interface Pull {
  /** Never throws; `isDone` false = cut off, the rest comes next time. One at a time. */
  pull(): Promise<PullResult>
  hazard(id: string): Promise<HazardView | undefined>
  rules(): Promise<Rules | null>
  /** When the copy was last brought up to date, ms; null = never. */
  pulledAt(): Promise<number | null>
}

const REFERENCE_AGE_MS = 24 * 60 * 60_000

export function createPull(deps: PullDeps): Pull {
  return new Puller(deps)
}

class Puller implements Pull {
  private running: Promise<PullResult> | null = null

  constructor(private readonly deps: PullDeps) {}

  pull(): Promise<PullResult> {
    this.running ??= this.run().finally(() => (this.running = null))
    return this.running
  }

  hazard(id: string): Promise<HazardView | undefined> {
    return this.deps.db.hazards.get(id)
  }

  async rules(): Promise<Rules | null> {
    return ((await this.deps.db.meta.get('rules'))?.value as Rules | undefined) ?? null
  }

  async pulledAt(): Promise<number | null> {
    return ((await this.deps.db.meta.get('pulled_at'))?.value as number | undefined) ?? null
  }

  private async run(): Promise<PullResult> {
    const result: PullResult = { isDone: false, changed: 0, unread: null }
    try {
      const needsReference = await this.readPages(result)
      if (result.isDone && (needsReference || (await this.isReferenceOld()))) await this.readReference()
    } catch {
      result.isDone = false
    }
    return result
  }

  /** Answers whether rules or objects have changed on the way. */
  private async readPages(result: PullResult): Promise<boolean> {
    const { db, now, changes } = this.deps
    let isReferenceOld = false
    for (;;) {
      const since = String((await db.meta.get('cursor'))?.value ?? '')
      const page = await changes(since)
      if (!page) return false
      await withReopen(db, () => apply(db, page, now()))
      isReferenceOld ||= touchesReference(page)
      result.changed += page.hazards.length + page.gone.length
      result.unread = page.unread
      // A page that promises more without moving on would turn for ever.
      if (!page.has_more || page.cursor === since) break
    }
    result.isDone = true
    return isReferenceOld
  }

  private async isReferenceOld(): Promise<boolean> {
    const at = (await this.deps.db.meta.get('reference_at'))?.value as number | undefined
    return at === undefined || Math.abs(this.deps.now() - at) > REFERENCE_AGE_MS
  }

  private async readReference(): Promise<void> {
    const { db, now } = this.deps
    const reference = await this.deps.reference()
    if (!reference) return
    await db.transaction('rw', db.meta, db.objects, db.grids, async () => {
      await db.meta.put({ key: 'rules', value: reference.rules })
      await db.objects.clear()
      await db.objects.bulkPut(reference.objects)
      await db.grids.clear()
      await db.grids.bulkPut(reference.grids)
      await db.meta.put({ key: 'reference_at', value: now() })
    })
  }
}

const touchesReference = (page: Changes): boolean => page.are_rules_changed || page.are_objects_changed

/** Rows and cursor move together: cut off in between, the same page comes again and changes nothing. */
function apply(db: GridDb, page: Changes, now: number): Promise<void> {
  return db.transaction('rw', db.hazards, db.meta, async () => {
    if (page.reset) await db.hazards.clear()
    for (const hazard of page.hazards) await keepNewer(db, hazard)
    await db.hazards.bulkDelete(page.gone)
    await db.meta.put({ key: 'cursor', value: page.cursor })
    await db.meta.put({ key: 'unread', value: page.unread })
    if (!page.has_more) await db.meta.put({ key: 'pulled_at', value: now })
  })
}
