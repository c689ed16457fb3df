/** A phone in Node on a real wire: the production modules over fake-indexeddb, fetching from a real server. */
import { readFileSync } from 'node:fs'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import type { Changes, Holdings, Reconciliation } from '@/contract'
import { GridDb } from '@/core/db'
import { createDrafts } from '@/core/drafts'
import { createOutbox } from '@/core/outbox/create'
import type { Outbox } from '@/core/outbox/types'
import { createPhotos } from '@/core/photos/create'
import { createPull } from '@/core/pull'
import { createReconcile } from '@/core/reconcile'
import type { OutboxItem } from '@/core/types'
import { Chance } from './chance'

export interface Wire {
  url: string
  origin: string
  cookie: string
  personId: string
  /** A JPEG file from which every picture is made. */
  picture: string
  /** After this a silent request counts as lost. */
  patienceMs: number
}

export function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

export class WirePhone {
  at = Date.now()
  /** Requests pass a lossy line untouched. */
  isCalm = false
  readonly chance: Chance
  readonly db: GridDb
  readonly drafts
  readonly pull
  readonly reconcile
  outbox: Outbox

  constructor(
    readonly wire: Wire,
    readonly seed: number,
  ) {
    this.chance = new Chance(seed)
    this.db = new GridDb(`grid-${String(seed)}`, { indexedDB: new IDBFactory(), IDBKeyRange } as never)
    const { db, now } = this
    this.outbox = this.opened()
    this.drafts = createDrafts({ db, now })
    const changes = (since: string) => this.json<Changes>('GET', `/api/sync/changes?limit=100&since=${since}`)
    const nothing = () => Promise.resolve(null)
    this.pull = createPull({ db, now, random: this.chance.random, changes, reference: nothing, tasks: nothing, checklist: nothing, picture: nothing, isShort: () => Promise.resolve(false) })
    const ask = (holdings: Holdings) => this.json<Reconciliation>('POST', '/api/sync/reconcile', holdings)
    this.reconcile = createReconcile({ db, now, ask, outbox: this.outbox, appVersion: '' })
  }

  readonly now = (): number => this.at

  /** Also after a kill: a new process on the same storage; the old one goes on in the dark. */
  opened(): Outbox {
    const ifFree = <T>(_name: string, work: () => Promise<T>): Promise<T | undefined> => work()
    const locks = { isExclusive: false, ifFree }
    const fetch = (url: string, init: RequestInit) => this.fetch(url, init)
    const { db, now, chance, wire } = this
    return createOutbox({ db, personId: wire.personId, now, random: chance.random, fetch, locks })
  }

  /** Queued when it answers; what was promised with it. */
  async report(note: string, photos: number, photoBytes: number): Promise<OutboxItem[]> {
    const draft = this.drafts.newReport({ category_code: 'fire', note, place: '1 号楼' })
    for (let each = 0; each < photos; each += 1) {
      const bytes = jpegOf(this.wire.picture, `${note}${String(each)}`, photoBytes)
      const shrink = () => Promise.resolve({ bytes, type: 'image/jpeg', width: 8, height: 8 })
      const imaging = { shrink, stamp: (blob: Blob) => Promise.resolve(blob) }
      const shelf = createPhotos({ db: this.db, now: this.now, imaging })
      const row = await shelf.capture(new Blob(['x']), { role: 'before', source: 'camera' })
      draft.photoIds.push(row.id)
    }
    if (photos === 0) draft.fields.no_photo_reason = '太暗'
    await this.outbox.enqueueReport(draft)
    return this.itemsOf(draft.id)
  }

  async comment(hazardId: string, note: string): Promise<OutboxItem[]> {
    const draft = this.drafts.newAction(hazardId, 'comment', { note })
    await this.outbox.enqueueAction(draft)
    return this.itemsOf(draft.id)
  }

  private async itemsOf(draftId: string): Promise<OutboxItem[]> {
    return (await this.outbox.items()).filter((item) => item.draftId === draftId)
  }

  private async json<T>(method: string, path: string, body?: object): Promise<T | null> {
    const headers: Record<string, string> = body ? { 'Content-Type': 'application/json' } : {}
    try {
      const answer = await this.fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
      return answer.ok ? ((await answer.json()) as T) : null
    } catch {
      return null
    }
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const { wire, isCalm } = this
    const { body = null, method = 'GET' } = init
    const headers: Record<string, string> = {
      'Sec-Fetch-Site': 'same-origin',
      ...(init.headers as Record<string, string>),
      Cookie: wire.cookie,
      Origin: wire.origin,
      ...(isCalm ? { 'X-Calm': '1' } : {}),
    }
    const signal = AbortSignal.timeout(wire.patienceMs)
    const response = await fetch(wire.url + url, { method, headers, body, redirect: 'manual', signal })
    return new Response(await response.arrayBuffer(), { status: response.status || 511, headers: response.headers })
  }
}

/** A JPEG that nobody else has: a comment segment behind the first two bytes. */
function jpegOf(file: string, mark: string, size: number): ArrayBuffer {
  const picture = readFileSync(file)
  const parts: Uint8Array[] = [picture.subarray(0, 2)]
  for (let left = Math.max(size - picture.length, mark.length); left > 0; left -= 60_000) {
    const text = Buffer.from(mark.padEnd(Math.min(left, 60_000), ' '))
    parts.push(Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 255]), text)
  }
  const whole = Buffer.concat([...parts, picture.subarray(2)])
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength) as ArrayBuffer
}
