/** What changed on the server comes into the phone, page by page, each page whole or not at all. */
import type { Changes, ChecklistVersion, GridView, HazardView, MyTasks, ObjectView, PatrolTask, Rules } from '@/contract'
import { readPictures, type PictureDeps } from '@/core/checkPictures'
import { withReopen, type GridDb } from '@/core/db'
import { backoffMs, LONGEST_ORDER_MS, stillUntil } from '@/core/outbox/backoff'
import { keepNewer } from '@/core/outbox/queue'
import { taskOf } from '@/core/outbox/task'
import { createStore, type Store } from '@/core/store'

export interface PullDeps extends PictureDeps {
  random(): number
  /** GET /api/sync/changes; null = unreachable or signed out. */
  changes(since: string): Promise<Changes | Later | null>
  /** Rules, the objects of my ground and my grids; null = could not be read now. */
  reference(): Promise<Reference | Later | null>
  /** GET /api/patrols/mine; null = could not be read now. */
  tasks(): Promise<MyTasks | Later | null>
  checklist(versionId: string): Promise<ChecklistVersion | Later | null>
}

/** The server has no time now (429, 5xx). `orderMs` null = it does not say when to come back. */
export interface Later {
  orderMs: number | null
}

/** Only what is within the person's reach; a county's ledger does not go into a phone. */
export const MOST_OBJECTS = 4_000

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
      const later = (await this.readReference()) ?? (await this.readTasks()) ?? (await readPictures(this.deps).catch(() => null))
      if (later) this.comeBack(later)
      else this.served()
      result.isDone = later === null
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
      if (isLater(page)) return this.comeBack(page)
      await withReopen(db, () => apply(db, page, now()))
      result.changed += page.hazards.length + page.gone.length
      result.unread = page.unread
      // A page that promises more without moving on would turn for ever.
      if (!page.has_more || page.cursor === since) break
      this.served()
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

  private async isOld(mark: 'reference_at' | 'tasks_at', ageMs: number): Promise<boolean> {
    const at = (await this.deps.db.meta.get(mark))?.value as number | undefined
    return at === undefined || Math.abs(this.deps.now() - at) > ageMs
  }

  private async readTasks(): Promise<Later | null> {
    if (!(await this.isOld('tasks_at', TASKS_AGE_MS))) return null
    const { now, tasks } = this.deps
    const askedAt = now()
    const mine = await tasks().catch(() => null)
    if (!mine || isLater(mine)) return mine
    const later = await this.readLists(mine.list_ids)
    await this.storeTasks(mine, askedAt, later === null)
    return later
  }

  /** Each list for itself: one that cannot be read keeps none of the others away. */
  private async readLists(ids: string[]): Promise<Later | null> {
    const { db, checklist } = this.deps
    const here = new Set(await db.checklists.toCollection().primaryKeys())
    for (const id of ids.filter((each) => !here.has(each))) {
      const list = await checklist(id).catch(() => null)
      if (list && isLater(list)) return list
      if (list) await db.checklists.put(list)
    }
    return null
  }

  /**
   * A task is shown only with the questions that belong to it. What waits in this phone stays as it is, and
   * what has gone out since the question was asked is not brought back by an answer from before.
   */
  private async storeTasks(mine: MyTasks, askedAt: number, isWhole: boolean): Promise<void> {
    const { db, now } = this.deps
    await db.transaction('rw', [db.tasks, db.checklists, db.meta, db.outbox, db.receipts], async () => {
      const lists = new Set(await db.checklists.toCollection().primaryKeys())
      const waiting = new Set(await takenTasks(db))
      const gone = new Set(await doneBetween(db, askedAt, now()))
      const hasList = ({ checklist_version_id: id }: PatrolTask) => (id ? lists.has(id) : mine.list_ids.some((each) => lists.has(each)))
      await db.tasks.filter((task) => !waiting.has(task.id)).delete()
      await db.tasks.bulkPut(mine.tasks.filter((task) => hasList(task) && !waiting.has(task.id) && !gone.has(task.id)))
      await db.meta.put({ key: 'list_ids', value: mine.list_ids })
      // A server of before does not say it.
      await db.meta.put({ key: 'accompanying', value: (mine as Partial<MyTasks>).accompanying ?? [] })
      if (isWhole) await db.meta.put({ key: 'tasks_at', value: now() })
    })
  }

  private async readReference(): Promise<Later | null> {
    if (!(await this.isOld('reference_at', REFERENCE_AGE_MS))) return null
    const { db, now } = this.deps
    const reference = await this.deps.reference()
    if (!reference || isLater(reference)) return reference
    await db.transaction('rw', db.meta, db.objects, db.grids, async () => {
      await db.meta.put({ key: 'rules', value: reference.rules })
      await db.objects.clear()
      await db.objects.bulkPut(reference.objects)
      await db.grids.clear()
      await db.grids.bulkPut(reference.grids)
      await db.meta.put({ key: 'reference_at', value: now() })
    })
    return null
  }
}

function isLater<T extends object>(answer: T | Later): answer is Later {
  return 'orderMs' in answer
}

/** Tasks whose visit or reason still waits in this phone. */
async function takenTasks(db: GridDb): Promise<string[]> {
  const items = await db.outbox.toArray()
  return items.flatMap((item) => taskOf(item) ?? [])
}

/**
 * Tasks whose visit or reason was accepted between question and answer. A receipt from later than now was
 * noted by a clock that has been set right since: it says nothing about this answer.
 */
async function doneBetween(db: GridDb, askedAt: number, now: number): Promise<string[]> {
  const receipts = await db.receipts.where('acceptedAt').between(askedAt, now, true, true).toArray()
  return receipts.flatMap(({ item }) => (item && taskOf(item)) ?? [])
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
