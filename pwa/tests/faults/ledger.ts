/** What the phone has promised to people, and whether it is still true (I1–I5, I9, I13). */
import type { OutboxItem, PhotoRow, ReceiptRow } from '@/core/types'
import type { Device, Person } from './device'
import type { Row } from './disk'
import { hex } from './hashes'
import type { Answer, Committed, ModelServer, Request } from './modelserver'
import { doneTasks } from './rounds'

export class Violation extends Error {
  constructor(
    readonly invariant: string,
    what: string,
  ) {
    super(`${invariant}: ${what}`)
  }
}

interface Promised {
  sha256: string
  by: Person
  kind: OutboxItem['kind']
}

export class Ledger {
  /** Items that were said to be 「已存在手机里」. */
  readonly promised = new Map<string, Promised>()
  /** Taken out by the person: may have arrived, need not. */
  readonly takenBack = new Set<string>()
  /** Pictures that a broken flash has eaten. */
  readonly rotten = new Set<string>()
  readonly drafts = new Map<string, { by: Person; photoIds: string[] }>()
  readonly checked = new Map<string, number>()
  acknowledged = 0
  private heardTooEarly: Violation | null = null

  constructor(
    private readonly server: ModelServer,
    private readonly devices: Device[],
  ) {}

  /** After an enqueue has answered: everything of this tap. */
  promise(device: Device, by: Person, draftId: string): void {
    this.drafts.delete(draftId)
    for (const item of itemsOn(device, by)) {
      if (item.draftId === draftId) this.note(item, by)
    }
    this.count('I4')
    if (!this.isHeld(draftId, by) && !this.server.rowOf(draftId)) throw new Violation('I4', `${draftId} is said to be in the phone, and is not`)
  }

  /** After 撤回, 修改, 放弃: what is no longer in line, and was not accepted, is promised no more. */
  forget(device: Device, by: Person, before: OutboxItem[]): void {
    const left = new Map(itemsOn(device, by).map((item) => [item.itemId, item]))
    for (const { itemId, draftId, draft, sha256 } of before) {
      const inLine = left.get(itemId)
      if (inLine?.sha256 === sha256 || this.isAcknowledged(itemId, sha256)) continue
      this.takenBack.add(itemId)
      if (inLine) {
        this.note(inLine, by) // again, with other words, also if the app died before it could say so
        continue
      }
      this.promised.delete(itemId)
      if (draft === null) continue
      const isDraft = device.disks[by].read('drafts', draftId) !== undefined
      if (isDraft) this.drafts.set(draftId, { by, photoIds: draft.photoIds })
      else this.drafts.delete(draftId)
    }
  }

  /** A receipt has reached the phone: it must be of something that is committed (I13). */
  hear(request: Request, answer: Answer): void {
    if (request.method !== 'PUT' || request.body === null) return
    const receipt = receiptIn(answer.text)
    if (!receipt?.id || !request.path.endsWith(`/${receipt.id}`)) return
    const sha256 = hex(request.body)
    if (receipt.sha256 !== sha256) return
    this.acknowledged += 1
    this.count('I13')
    // A restore while the answer was on its way is no lie of the server's: reconcile finds it.
    const isStored = typeof request.body === 'string' || this.server.holds(receipt.id, sha256) || this.server.lost.has(receipt.id)
    if (this.server.ever.has(receipt.id + sha256) && isStored) return
    // Not thrown here: the outbox takes whatever a fetch throws for a lost network.
    this.heardTooEarly ??= new Violation('I13', `${receipt.id} acknowledged, not committed`)
  }

  check(): void {
    if (this.heardTooEarly) throw this.heardTooEarly
    for (const [id, promised] of this.promised) this.checkPromise(id, promised)
    for (const [id, draft] of this.drafts) this.checkDraft(id, draft)
    this.checkServer()
    const done = doneTasks(this.server.books.rows.values())
    for (const device of this.devices) {
      this.checkReceipts(device)
      for (const by of ['ann', 'bo'] as const) this.checkTasks(device, by, done)
    }
  }

  count(invariant: string, n = 1): void {
    this.checked.set(invariant, (this.checked.get(invariant) ?? 0) + n)
  }

  /** Waiting in line, or kept behind its receipt, on any phone. */
  isHeld(id: string, by: Person): boolean {
    return this.devices.some(({ disks }) => disks[by].read('receipts', id)?.['item'] != null || disks[by].find('outbox', 'itemId', id) !== undefined)
  }

  hasBytes(id: string, by: Person): boolean {
    return this.devices.some((device) => device.disks[by].read('bytes', id) !== undefined)
  }

  private note(item: OutboxItem, by: Person): void {
    this.promised.set(item.itemId, { sha256: item.sha256, by, kind: item.kind })
  }

  /** In these words: another phone, which had them from a rescue file, may have handed in earlier ones. */
  private isAcknowledged(id: string, sha256: string): boolean {
    return this.devices.some((device) => Object.values(device.disks).some((disk) => disk.read('receipts', id)?.['sha256'] === sha256))
  }

  private checkPromise(id: string, { sha256, by, kind }: Promised): void {
    this.count('I4')
    const there = this.server.rowOf(id)
    if (there) {
      this.count(kind === 'photo' ? 'I3' : 'I1')
      // An earlier wording that the person took back may have been on its way, and come first.
      const isAltered = there.sha256 !== sha256 && !this.takenBack.has(id)
      if (isAltered) throw new Violation(kind === 'photo' ? 'I3' : 'I1', `${kind} ${id} was altered`)
    }
    const isSafe = there?.sha256 === sha256 && (kind !== 'photo' || this.server.holds(id, sha256))
    if (isSafe || this.rotten.has(id)) return
    if (!this.isHeld(id, by)) throw new Violation('I4', `${kind} ${id} is nowhere`)
    if (kind === 'photo' && !this.hasBytes(id, by)) throw new Violation('I3', `the bytes of ${id} are gone`)
  }

  /** A draft that was saved is a draft, or in line, or accepted; its pictures are there. */
  private checkDraft(id: string, { by, photoIds }: { by: Person; photoIds: string[] }): void {
    this.count('I4')
    const isDraft = this.devices.some((device) => device.disks[by].read('drafts', id))
    if (!isDraft && !this.isHeld(id, by) && !this.server.rowOf(id)) throw new Violation('I4', `draft ${id} is nowhere`)
    for (const photoId of photoIds) {
      const isKept = this.hasBytes(photoId, by) || this.server.rowOf(photoId) || this.rotten.has(photoId)
      if (isDraft && !isKept) throw new Violation('I4', `picture ${photoId} of a draft is gone`)
    }
  }

  private checkServer(): void {
    const texts = new Set<string>()
    for (const [id, rows] of this.server.books.rows) {
      this.count('I2')
      const promised = this.promised.get(id)
      if (rows.length > 1) throw new Violation('I2', `${id} is there ${String(rows.length)} times`)
      const row = rows[0]
      if (promised && row && row.by !== promised.by) throw new Violation('I9', `${id} of ${promised.by} was sent as ${row.by}`)
      const tag = tagOf(row?.text ?? null)
      if (tag === undefined) continue
      if (texts.has(tag)) throw new Violation('I2', `${tag} was stored twice, under two ids`)
      texts.add(tag)
    }
  }

  private checkReceipts(device: Device): void {
    for (const disk of Object.values(device.disks)) {
      for (const [, row] of disk.all('receipts')) this.checkReceipt(row as unknown as ReceiptRow)
      for (const [, row] of disk.all('photos')) this.checkBytes(disk.read('bytes', String(row['id'])), row as unknown as PhotoRow)
    }
  }

  private checkReceipt(row: ReceiptRow): void {
    this.count('I1')
    if (!this.server.ever.has(row.itemId + row.sha256)) throw new Violation('I1', `${row.itemId} is called uploaded and never was`)
    if (row.isComplete) this.count('I5')
    if (row.isComplete && !this.server.toldComplete.has(row.itemId)) {
      throw new Violation('I5', `${row.itemId} is called complete and the server never said so`)
    }
  }

  /** A task that this phone has done is not shown again by an answer that was on its way meanwhile. */
  private checkTasks(device: Device, by: Person, done: ReadonlyMap<string, Committed>): void {
    for (const [id] of device.disks[by].all('tasks')) {
      this.count('tasks')
      const visit = done.get(String(id))
      const isOurs = visit && !this.server.lost.has(visit.id) && device.disks[by].read('receipts', visit.id)
      if (isOurs && visit.seq <= (device.toldTasksAt.get(by) ?? 0)) throw new Violation('tasks', `${String(id)} is done, and shown again`)
    }
  }

  /** Only the server's `complete` lets bytes go. */
  private checkBytes(bytes: Row | undefined, { id }: PhotoRow): void {
    if (bytes || this.rotten.has(id) || this.takenBack.has(id)) return
    this.count('I5')
    if (!this.server.toldComplete.has(id)) throw new Violation('I5', `the bytes of ${id} went before the server said complete`)
  }
}

export function itemsOn(device: Device, by: Person): OutboxItem[] {
  return [...device.disks[by].all('outbox')].map(([, row]) => row as unknown as OutboxItem)
}

/** Every text is looked at after every step: first whether there can be one. */
function tagOf(text: string | null): string | undefined {
  return text?.includes('#') ? /#\d+#/.exec(text)?.[0] : undefined
}

function receiptIn(text: string): { id?: string; sha256?: string } | undefined {
  try {
    return (JSON.parse(text) as { receipt?: { id?: string; sha256?: string } } | null)?.receipt
  } catch {
    return undefined
  }
}
