/**
 * The phone's modules on the real wire: makes reports, sends them through a lossy line, is killed on the way,
 * and must drain once the line is calm. Says on stdout, a JSON line each, what was promised and what was
 * acknowledged. Built and started by tests/faults/test_l2_wire.py.
 */
import { readFileSync } from 'node:fs'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { GridDb } from '@/core/db'
import { createDrafts } from '@/core/drafts'
import { sha256Hex } from '@/core/hash'
import { createOutbox } from '@/core/outbox/create'
import { createPhotos } from '@/core/photos/create'
import { Chance } from './chance'

interface Order {
  url: string
  origin: string
  cookie: string
  personId: string
  seed: number
  schedules: number
  reports: number
  photos: number
  photoBytes: number
  picture: string
  /** Rounds with faults before the line is calm; 0 = it never is. */
  rough: number
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order
const picture = readFileSync(order.picture)
const PATIENCE_MS = 4_000
let isCalm = false

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function overTheWire(url: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), Cookie: order.cookie, Origin: order.origin }
  if (isCalm) Object.assign(headers, { 'X-Calm': '1' })
  const { body = null, method = 'GET' } = init
  const own = { 'Sec-Fetch-Site': 'same-origin', ...headers }
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(order.url + url, { method, headers: own, body, redirect: 'manual', signal })
  return new Response(await response.arrayBuffer(), { status: response.status || 511, headers: response.headers })
}

/** A JPEG that nobody else has: a comment segment behind the first two bytes. */
function jpeg(mark: string, size: number): ArrayBuffer {
  const parts: Uint8Array[] = [picture.subarray(0, 2)]
  for (let left = Math.max(size - picture.length, mark.length); left > 0; left -= 60_000) {
    const text = Buffer.from(mark.padEnd(Math.min(left, 60_000), ' '))
    parts.push(Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 255]), text)
  }
  const whole = Buffer.concat([...parts, picture.subarray(2)])
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength) as ArrayBuffer
}

class Phone {
  at = Date.now()
  readonly chance: Chance
  readonly db: GridDb
  outbox

  constructor(readonly seed: number) {
    this.chance = new Chance(seed)
    this.db = new GridDb(`grid-${String(seed)}`, { indexedDB: new IDBFactory(), IDBKeyRange } as never)
    this.outbox = this.open()
  }

  /** Also after a kill: a new process on the same storage; the old one goes on in the dark. */
  open() {
    const ifFree = <T>(_name: string, work: () => Promise<T>): Promise<T | undefined> => work()
    const locks = { isExclusive: false, ifFree }
    const { random } = this.chance
    return createOutbox({ db: this.db, personId: order.personId, now: () => this.at, random, fetch: overTheWire, locks })
  }

  async report(n: number): Promise<void> {
    const now = () => this.at
    const drafts = createDrafts({ db: this.db, now })
    const note = `#${String(this.seed)}.${String(n)}#`
    const draft = drafts.newReport({ category_code: 'fire', note, place: '1 号楼' })
    for (let each = 0; each < order.photos; each += 1) {
      const bytes = jpeg(`${note}${String(each)}`, order.photoBytes)
      const shrink = () => Promise.resolve({ bytes, type: 'image/jpeg', width: 8, height: 8 })
      const imaging = { shrink, stamp: (blob: Blob) => Promise.resolve(blob) }
      const row = await createPhotos({ db: this.db, now, imaging }).capture(new Blob(['x']), { role: 'before', source: 'camera' })
      draft.photoIds.push(row.id)
    }
    if (order.photos === 0) draft.fields.no_photo_reason = '太暗'
    await this.outbox.enqueueReport(draft)
    for (const item of await this.outbox.items()) {
      if (item.draftId === draft.id) say({ promised: item.itemId, kind: item.kind, sha256: item.sha256, size: item.size, note })
    }
  }

  /** A round of sending; now and then the process dies in the middle of it. */
  async round(): Promise<void> {
    for (const item of await this.outbox.items()) if (item.isRefused) await this.outbox.retry(item.seq)
    const sending = this.outbox.flush(true)
    const isKilled = !isCalm && this.chance.is(0.2)
    if (!isKilled) return void (await sending)
    await new Promise((done) => setTimeout(done, this.chance.below(60)))
    this.outbox = this.open()
  }
}

async function live(seed: number): Promise<void> {
  const phone = new Phone(seed)
  for (let n = 0; n < order.reports; n += 1) await phone.report(n)
  for (let n = 0; n < 60 && (await phone.outbox.counts()).oldestAt !== null; n += 1) {
    isCalm = order.rough > 0 && n >= order.rough
    phone.at += 3_700_000
    await phone.round()
  }
  isCalm = false
  for (const { itemId, kind, sha256, receipt } of await phone.db.receipts.toArray()) say({ acknowledged: itemId, kind, sha256, receipt })
  for (const { itemId, kind, lastError, problem } of await phone.outbox.items()) say({ stuck: itemId, kind, lastError, problem })
  phone.db.close()
}

await sha256Hex('warm')
for (let n = 0; n < order.schedules; n += 1) await live(order.seed + n)
