/** The server as sync.md promises it: rows, objects, receipts, reconcile, changes, backups. No network here. */
import type { MyTasks, Reconciliation } from '@/contract'
import type { ItemKind } from '@/core/types'
import type { Chance } from './chance'
import { digestOf, hex } from './hashes'
import { isFollower, myTasks, named } from './rounds'

/** Mistakes of a server that the schedules must notice. */
export type ServerBug =
  | 'check_then_insert'
  | 'key_for_a_day'
  | 'answer_before_commit'
  | 'no_photo_hash'
  | 'photo_in_background'
  | 'object_not_verified'

export interface Request {
  method: string
  path: string
  headers: Record<string, string>
  body: string | ArrayBuffer | null
  /** Whose session the cookie was when the request left. */
  cookie: string | null
}

export interface Answer {
  status: number
  text: string
  headers: Record<string, string>
}

/** `isLost`: the transaction fails. */
export type Commit = (isLost: boolean) => Answer

export interface Committed {
  id: string
  hazardId: string
  kind: ItemKind
  sha256: string
  by: string
  seq: number
  at: number
  /** Photos that the body promises. */
  manifest: { photo_id: string; sha256: string }[]
  /** The task that a visit has done. */
  taskId: string | null
  text: string | null
}

interface Change {
  seq: number
  hazardId: string
}

interface Books {
  /** More than one row under an id only if the server has a bug. */
  rows: Map<string, Committed[]>
  objects: Map<string, ArrayBuffer>
  changes: Change[]
  versions: Map<string, number>
  strangers: number
}

/** How long a restored backup may be old; before that nothing is called complete. */
export const BACKUP_REACH_MS = 48 * 60 * 60_000
const DAY_MS = 24 * 60 * 60_000
const SECRET = 'the model server keeps a secret'
const PAGE = 3

export class ModelServer {
  books: Books = { rows: new Map(), objects: new Map(), changes: [], versions: new Map(), strangers: 0 }
  private backups: { at: number; books: Books }[] = []
  /** Told apart by every reader: a database set back counts anew. */
  private epoch = 1
  seq = 0
  /** id+hash of everything that was ever committed, also if a restore has lost it. */
  readonly ever = new Set<string>()
  /** What a phone has been told is complete. */
  readonly toldComplete = new Set<string>()
  /** Ids that a restore has ever taken away, also if they have come again since. */
  readonly lost = new Set<string>()
  /** The object store is ill: it confirms and keeps rubbish. */
  isStoreIll = false
  private inBackground: (() => void)[] = []

  constructor(
    private readonly chance: Chance,
    readonly now: () => number,
    readonly bugs: ReadonlySet<ServerBug> = new Set(),
  ) {}

  /** Everything up to the answer but the commit. */
  receive(request: Request): Answer | Commit {
    const { cookie, method, path, headers } = request
    if (cookie === null) return problem(401, 'not_signed_in')
    if (path === '/api/session') return json(200, { id: cookie, seats: [], must_change_password: false })
    if (method !== 'PUT') return problem(404, 'not_found')
    const told = headers['X-Person']
    if (told !== undefined && told !== cookie) return problem(401, 'other_person')
    if (!this.isWhole(request)) return problem(422, 'digest_mismatch')
    return path.startsWith('/api/photos/') ? this.photo(request, cookie) : this.event(request, cookie)
  }

  rowOf(id: string): Committed | undefined {
    return this.books.rows.get(id)?.at(-1)
  }

  isCommitted(id: string, sha256: string): boolean {
    return this.rowOf(id)?.sha256 === sha256
  }

  /** Photo bytes are there, as they were taken. */
  holds(id: string, sha256: string): boolean {
    const object = this.books.objects.get(id)
    return object !== undefined && hex(object) === sha256
  }

  reconcile(person: string, items: { kind: ItemKind; id: string; sha256: string }[]): Reconciliation {
    const answers = items.map(({ kind, id, sha256 }) => ({ kind, id, status: this.statusOf(person, kind, id, sha256) }))
    for (const { id, status } of answers) if (status === 'complete') this.toldComplete.add(id)
    return { items: answers, server_time: new Date(this.now()).toISOString() }
  }

  changes(since: string) {
    const [epoch, from] = since.split('.').map(Number)
    const isReset = epoch !== this.epoch || (from ?? 0) > this.seq
    const news = isReset ? [] : this.books.changes.filter((change) => change.seq > (from ?? 0))
    const page = news.slice(0, PAGE)
    const ids = isReset ? [...this.books.versions.keys()] : page.map((change) => change.hazardId)
    const hazards = [...new Set(ids)].map((id) => ({ id, version: this.books.versions.get(id) ?? 0 }))
    const hasMore = news.length > PAGE
    return {
      cursor: `${String(this.epoch)}.${String(hasMore ? page.at(-1)?.seq : this.seq)}`,
      has_more: hasMore,
      reset: isReset,
      hazards: hazards.filter((hazard) => hazard.version > 0),
      gone: hazards.filter((hazard) => hazard.version === 0).map((hazard) => hazard.id),
      are_rules_changed: false,
      are_objects_changed: false,
      unread: 0,
      server_time: '',
    }
  }

  tasks(person: string): MyTasks {
    return myTasks(this.books.rows.values(), person)
  }

  /** Once a day. Backups older than the reach are thrown away. */
  backUp(): void {
    const last = this.backups.at(-1)
    if (last && this.now() - last.at < DAY_MS) return
    this.backups.push({ at: this.now(), books: copied(this.books) })
    this.backups = this.backups.filter(({ at }) => this.now() - at < BACKUP_REACH_MS)
  }

  /** Yesterday's books; the objects may be newer, or as old. Answers whether there was a backup. */
  restore(): boolean {
    const backup = this.backups.find(({ at }) => this.now() - at < BACKUP_REACH_MS)
    if (!backup) return false
    const { objects, rows } = this.books
    for (const id of rows.keys()) if (!backup.books.rows.has(id)) this.lost.add(id)
    this.books = copied(backup.books)
    if (this.chance.is(0.5)) this.books.objects = objects
    this.epoch += 1
    this.crash()
    return true
  }

  /** What was only in memory is gone. */
  crash(): void {
    this.inBackground = []
  }

  /** Work after the answer, if the server does any. */
  idle(): void {
    for (const work of this.inBackground) work()
    this.inBackground = []
  }

  private isWhole({ headers, body, path }: Request): boolean {
    const digest = headers['Content-Digest']
    if (digest === undefined) return !path.startsWith('/api/photos/') || this.bugs.has('no_photo_hash')
    return digest === digestOf(body)
  }

  private photo(request: Request, by: string): Answer | Commit {
    const id = last(request.path)
    const body = request.body as ArrayBuffer
    const sha256 = hex(body)
    const clash = this.clash(id, sha256)
    if (clash) return clash
    const store = () => this.books.objects.set(id, this.isStoreIll ? body.slice(0, body.byteLength >> 1) : body)
    const isKnown = this.isCommitted(id, sha256) && this.holds(id, sha256)
    if (this.bugs.has('photo_in_background')) this.inBackground.push(store)
    else if (!isKnown) store()
    const isDoubted = !this.bugs.has('object_not_verified') && !this.bugs.has('photo_in_background')
    if (isDoubted && !this.holds(id, sha256)) return problem(503, 'storage_unavailable', { 'Retry-After': '30' })
    return this.insert({ id, hazardId: '', kind: 'photo', sha256, by, manifest: [], taskId: null, text: null })
  }

  private event({ path, body }: Request, by: string): Answer | Commit {
    const text = typeof body === 'string' ? body : ''
    const { kind, id, hazardId } = named(path)
    const said = read(text)
    if (!said) return problem(422, 'invalid')
    const sha256 = hex(text)
    const clash = this.clash(id, sha256)
    if (clash) return clash
    if (isFollower(kind) && !this.rowOf(hazardId)) return problem(404, 'not_found')
    return this.insert({ id, hazardId, kind, sha256, by, manifest: said.photos ?? [], taskId: said.task_id ?? null, text })
  }

  private clash(id: string, sha256: string): Answer | null {
    const known = this.rowOf(id)
    if (!known || known.sha256 === sha256) return null
    this.books.strangers += 1
    return problem(409, 'same_id_other_content')
  }

  /** INSERT … ON CONFLICT DO NOTHING: of twelve identical requests one is new. */
  private insert(row: Omit<Committed, 'seq' | 'at'>): Commit {
    const seen = this.rowOf(row.id)
    return (isLost) => {
      const known = this.bugs.has('check_then_insert') ? seen : this.rowOf(row.id)
      const isForgotten = known !== undefined && this.bugs.has('key_for_a_day') && this.now() - known.at > DAY_MS
      if (known && known.sha256 !== row.sha256) return problem(409, 'same_id_other_content')
      if (known && !isForgotten) return receipt(known)
      const made = { ...row, seq: this.seq + 1, at: this.now() }
      if (isLost) return this.bugs.has('answer_before_commit') ? receipt(made) : problem(503, 'database_unavailable')
      return this.keep(made)
    }
  }

  private keep(made: Committed): Answer {
    this.seq = made.seq
    this.books.rows.set(made.id, [...(this.books.rows.get(made.id) ?? []), made])
    this.ever.add(made.id + made.sha256)
    if (made.kind === 'hazard' || made.kind === 'action') this.tell(made.hazardId)
    return receipt(made)
  }

  private tell(hazardId: string): void {
    this.books.versions.set(hazardId, (this.books.versions.get(hazardId) ?? 0) + 1)
    this.books.changes.push({ seq: this.seq, hazardId })
  }

  statusOf(person: string, kind: ItemKind, id: string, sha256: string): string {
    const row = this.rowOf(id)
    if (!row || row.by !== person) return 'unknown'
    if (row.sha256 !== sha256) return 'differs'
    const isVerifying = !this.bugs.has('object_not_verified')
    if (kind === 'photo' && isVerifying && !this.holds(id, sha256)) return 'unknown'
    const isWaiting = row.manifest.some(({ photo_id, sha256: promised }) => !this.isCommitted(photo_id, promised))
    return isWaiting || this.now() - row.at < BACKUP_REACH_MS ? 'received' : 'complete'
  }
}

export function macOf(id: string, sha256: string, seq: number, receivedAt: string): string {
  return hex([SECRET, id, sha256, String(seq), receivedAt].join('|'))
}

function receipt({ id, sha256, seq, at, kind }: Committed): Answer {
  const received_at = new Date(at).toISOString()
  const body = { receipt: { id, sha256, seq, received_at, mac: macOf(id, sha256, seq, received_at) } }
  return json(200, kind === 'photo' ? body : { ...body, hazard: null })
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, text: JSON.stringify(body), headers }
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return json(status, { code, zh: '不行', en: 'no', fields: [], details: {} }, headers)
}

function read(text: string): { photos?: Committed['manifest']; task_id?: string | null } | null {
  try {
    return JSON.parse(text) as ReturnType<typeof read>
  } catch {
    return null
  }
}

function last(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function copied(books: Books): Books {
  return {
    rows: new Map(books.rows),
    objects: new Map(books.objects),
    changes: [...books.changes],
    versions: new Map(books.versions),
    strangers: books.strangers,
  }
}
