/** What changed on the server comes into the phone, page by page, each page whole or not at all. */
import type { Changes, ChecklistVersion, GridView, HazardView, MyTasks, ObjectView, Rules } from '@/contract'
import { withReopen, type GridDb } from '@/core/db'
import { backoffMs, LONGEST_ORDER_MS, stillUntil } from '@/core/outbox/backoff'
import { keepNewer } from '@/core/outbox/queue'
import { taskOf } from '@/core/outbox/task'
import { createStore, type Store } from '@/core/store'

export interface PullDeps {
  db: GridDb
  now(): number
  random(): number
  /** GET /api/sync/changes; null = unreachable or signed out. */
  changes(since: string): Promise<Changes | Later | null>
  /** Rules, the objects of my ground and my grids; null = could not be read now. */
  reference(): Promise<Reference | null>
  /** GET /api/patrols/mine; null = could not be read now. */
  tasks(): Promise<MyTasks | null>
  checklist(versionId: string): Promise<ChecklistVersion | null>
}

/** The server has no time now (429, 5xx). `orderMs` null = it does not say when to come back. */
export interface Later {
  orderMs: number | null
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
  /** Never throws; `isDone` false = cut off or asked to wait, the rest comes next time. One at a time. */
  pull(): Promise<PullResult>
  /** When to come back after the server had no time, ms; until then `pull` asks nothing. null = any time. */
  wakeAt: Store<number | null>
  hazard(id: string): Promise<HazardView | undefined>
  rules(): Promise<Rules | null>
  /** When the copy was last brought up to date, ms; null = never. */
  pulledAt(): Promise<number | null>
}

const TASKS_AGE_MS = 5 * 60_000
const REFERENCE_AGE_MS = 24 * 60 * 60_000
/** An order is in whole seconds: those who were given the same one do not come back in one instant. */
const SPREAD_MS = 1_000

export function createPull(deps: PullDeps): Pull {
  return new Puller(deps)
}

class Puller implements Pull {
  readonly wakeAt = createStore<number | null>(null)
  private running: Promise<PullResult> | null = null
  private laters = 0

  constructor(private readonly deps: PullDeps) {}

  pull(): Promise<PullResult> {
    if (this.mustWait()) return Promise.resolve({ isDone: false, changed: 0, unread: null })
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
      await this.readPages(result)
      if (!result.isDone) return result
      if (await this.isReferenceOld()) await this.readReference()
      if (await this.areTasksOld()) await this.readTasks().catch(() => undefined)
    } catch {
      result.isDone = false
    }
    return result
  }

  private async readPages(result: PullResult): Promise<void> {
    const { db, now, changes } = this.deps
    for (;;) {
      const since = String((await db.meta.get('cursor'))?.value ?? '')
      const page = await changes(since)
      if (!page) return
      if ('orderMs' in page) return this.comeBack(page)
      this.served()
      await withReopen(db, () => apply(db, page, now()))
      result.changed += page.hazards.length + page.gone.length
      result.unread = page.unread
      // A page that promises more without moving on would turn for ever.
      if (!page.has_more || page.cursor === since) break
    }
    result.isDone = true
  }

  /** There is no last attempt: the wait grows, and ends. */
  private comeBack({ orderMs }: Later): void {
    const { now, random } = this.deps
    const chance = random()
    this.wakeAt.set(now() + (orderMs === null ? backoffMs(this.laters, chance) : orderMs + chance * SPREAD_MS))
    this.laters += 1
  }

  private served(): void {
    this.laters = 0
    this.wakeAt.set(null)
  }

  private mustWait(): boolean {
    const at = this.wakeAt.get()
    return at !== null && stillUntil(at, this.deps.now(), LONGEST_ORDER_MS + SPREAD_MS) > 0
  }

  private async isReferenceOld(): Promise<boolean> {
    const at = (await this.deps.db.meta.get('reference_at'))?.value as number | undefined
    return at === undefined || Math.abs(this.deps.now() - at) > REFERENCE_AGE_MS
  }

  private async areTasksOld(): Promise<boolean> {
    const at = (await this.deps.db.meta.get('tasks_at'))?.value as number | undefined
    return at === undefined || Math.abs(this.deps.now() - at) > TASKS_AGE_MS
  }

  /** Lists first: a task is shown only with the questions that belong to it. */
  private async readTasks(): Promise<void> {
    const { db, now, tasks, checklist } = this.deps
    const mine = await tasks()
    if (!mine) return
    const here = new Set(await db.checklists.toCollection().primaryKeys())
    for (const id of mine.list_ids.filter((each) => !here.has(each))) {
      const list = await checklist(id)
      if (!list) return
      await db.checklists.put(list)
    }
    await db.transaction('rw', [db.tasks, db.meta, db.outbox], async () => {
      const underWay = new Set(await takenTasks(db))
      await db.tasks.clear()
      await db.tasks.bulkPut(mine.tasks.filter((task) => !underWay.has(task.id)))
      await db.meta.put({ key: 'list_ids', value: mine.list_ids })
      await db.meta.put({ key: 'tasks_at', value: now() })
    })
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


/** Tasks whose visit or reason still waits in this phone. */
async function takenTasks(db: GridDb): Promise<string[]> {
  const items = await db.outbox.toArray()
  return items.flatMap((item) => taskOf(item) ?? [])
}

/** Rows and cursor move together: cut off in between, the same page comes again and changes nothing. */
function apply(db: GridDb, page: Changes, now: number): Promise<void> {
  return db.transaction('rw', db.hazards, db.meta, async () => {
    if (page.reset) await db.hazards.clear()
    for (const hazard of page.hazards) await keepNewer(db, hazard)
    await db.hazards.bulkDelete(page.gone)
    await db.meta.put({ key: 'cursor', value: page.cursor })
    await db.meta.put({ key: 'unread', value: page.unread })
    // Known to be old until it is read anew, also if the next page never comes.
    if (page.are_rules_changed || page.are_objects_changed) await db.meta.bulkDelete(['reference_at', 'tasks_at'])
    if (!page.has_more) await db.meta.put({ key: 'pulled_at', value: now })
  })
}
