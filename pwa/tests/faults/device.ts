/** A phone: its disks, its browser, the production modules in each tab. */
import type { Changes, Holdings, MyTasks, Reconciliation } from '@/contract'
import type { GridDb } from '@/core/db'
import { createDrafts, type Drafts } from '@/core/drafts'
import { createOutbox } from '@/core/outbox/create'
import type { Locks, Outbox } from '@/core/outbox/types'
import { createPhotos } from '@/core/photos/create'
import type { Imaging, Photos } from '@/core/photos/types'
import { createPull, type Pull } from '@/core/pull'
import { createReconcile, type Reconcile } from '@/core/reconcile'
import type { Chance } from './chance'
import { Disk } from './disk'
import { declared, MemoryDb } from './memorydb'
import type { Answer, ModelServer } from './modelserver'
import type { Network } from './network'
import { LIST } from './rounds'
import { Process, type Turns } from './turns'

export type Person = 'ann' | 'bo'

export interface Tab {
  person: Person
  connection: MemoryDb
  db: GridDb
  drafts: Drafts
  photos: Photos
  outbox: Outbox
  pull: Pull
  reconcile: Reconcile
}

export interface Surroundings {
  chance: Chance
  turns: Turns
  server: ModelServer
  network: Network
  now(): number
}

/** Pictures are short and all different; the small one is the first half. */
export class Pictures implements Imaging {
  private readonly known = new WeakMap<Blob, ArrayBuffer>()
  constructor(private readonly chance: Chance) {}

  take(): Blob {
    const blob = new Blob()
    const bytes = new Uint8Array(24)
    for (let n = 0; n < bytes.length; n += 1) bytes[n] = this.chance.below(256)
    this.known.set(blob, bytes.buffer)
    return blob
  }

  shrink(blob: Blob, edge: number) {
    const bytes = this.known.get(blob) ?? new ArrayBuffer(8)
    return Promise.resolve({ bytes, type: 'image/jpeg', width: edge, height: edge })
  }

  stamp(blob: Blob): Promise<Blob> {
    return Promise.resolve(blob)
  }
}

/** Dies with the browser; with leases instead of Web Locks two tabs may overlap. */
class DeviceLocks implements Locks {
  private readonly held = new Set<string>()
  constructor(
    readonly isExclusive: boolean,
    private readonly process: Process,
    private readonly chance: Chance,
  ) {}

  async ifFree<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    await this.process.turn()
    const isLeaky = !this.isExclusive && this.chance.is(0.3)
    if (this.held.has(name) && !isLeaky) return undefined
    this.held.add(name)
    try {
      return await work()
    } finally {
      this.held.delete(name)
    }
  }
}

export class Device {
  readonly disks: Record<Person, Disk>
  /** Whose session the browser's cookie is; null = ended. */
  cookie: Person | null = 'ann'
  /** How far the server's numbers had come when the last answer about tasks arrived. */
  readonly toldTasksAt = new Map<Person, number>()
  /** Who holds the phone. */
  present: Person = 'ann'
  process!: Process
  tabs: Tab[] = []
  readonly pictures: Pictures
  private readonly isExclusive: boolean

  constructor(private readonly around: Surroundings) {
    const { schemas, isStrict } = declared()
    this.disks = { ann: new Disk(schemas, isStrict), bo: new Disk(schemas, isStrict) }
    this.pictures = new Pictures(around.chance)
    this.isExclusive = around.chance.is(0.8)
    this.start()
  }

  /** The browser opens; what it knows is what lies on the disk. */
  start(): void {
    const disks = Object.values(this.disks)
    this.process = new Process(this.around.turns, () => {
      for (const disk of disks) disk.abortAllOf(this.process)
    })
    const locks = new DeviceLocks(this.isExclusive, this.process, this.around.chance)
    this.tabs = [this.open(this.present, locks), this.open(this.present, locks)]
  }

  /** A page of the person who holds the phone; the others are stale pages of somebody else. */
  tab(): Tab {
    const own = this.tabs.filter((tab) => tab.person === this.present)
    return this.around.chance.pick(own.length > 0 ? own : this.tabs)
  }

  private open(person: Person, locks: Locks): Tab {
    const connection = new MemoryDb(this.disks[person], this.process)
    const db = connection.asGridDb()
    const { now, chance } = this.around
    const nothing = () => Promise.resolve(null)
    const fetch = (url: string, init: RequestInit) => this.fetch(url, init)
    const outbox = createOutbox({ db, personId: person, now, random: chance.random, fetch, locks, newId: () => this.newId() })
    return {
      person,
      connection,
      db,
      outbox,
      drafts: createDrafts({ db, now, newId: () => this.newId() }),
      photos: createPhotos({ db, now, imaging: this.pictures, newId: () => this.newId() }),
      pull: createPull({
        db,
        now,
        random: chance.random,
        changes: (since) => this.changes(person, since),
        reference: nothing,
        tasks: () => this.tasks(person),
        checklist: () => Promise.resolve(LIST),
        picture: nothing,
        isShort: () => Promise.resolve(false),
      }),
      reconcile: createReconcile({
        db,
        now,
        ask: (holdings) => this.holdings(person, holdings),
        outbox,
        appVersion: '',
      }),
    }
  }

  newId(): string {
    let d = ''
    for (let n = 0; n < 8; n += 1) d += (0x10000 + this.around.chance.below(0x10000)).toString(16).slice(1)
    return `${d.slice(0, 8)}-${d.slice(8, 12)}-7${d.slice(13, 16)}-8${d.slice(17, 20)}-${d.slice(20)}`
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = init.headers as Record<string, string> | undefined
    const body = (init.body ?? null) as string | ArrayBuffer | null
    if (init.signal?.aborted) throw new DOMException('aborted', 'AbortError')
    await this.process.turn()
    const request = { method: init.method ?? 'GET', path: url, headers: headers ?? {}, body, cookie: this.cookie }
    const answer = await this.around.network.ask(this.process, request)
    if (init.signal?.aborted) throw new DOMException('aborted', 'AbortError')
    return asResponse(answer)
  }

  /** As `asMyself` in triggers.ts: who is here is asked first, and nobody can sign in meanwhile. */
  private async ask(person: Person, path: string): Promise<boolean> {
    const request = { method: 'GET', path, headers: {}, body: null, cookie: this.cookie }
    try {
      const { status, text } = await this.around.network.ask(this.process, request)
      return status === 200 && text.includes(`"id":"${person}"`) && this.cookie === person
    } catch {
      return false
    }
  }

  private async changes(person: Person, since: string): Promise<Changes | null> {
    return (await this.ask(person, '/api/session')) ? (this.around.server.changes(since) as unknown as Changes) : null
  }

  /** As it was when the server read it; what happens on the way back is not in it. */
  private async tasks(person: Person): Promise<MyTasks | null> {
    const mine = this.around.server.tasks(person)
    if (!(await this.ask(person, '/api/session'))) return null
    this.toldTasksAt.set(person, this.around.server.seq)
    return mine
  }

  private async holdings(person: Person, holdings: Holdings): Promise<Reconciliation | null> {
    return (await this.ask(person, '/api/session')) ? this.around.server.reconcile(person, holdings.items) : null
  }
}

/** A real Response costs more than the rest of a request. */
function asResponse({ status, text, headers }: Answer): Response {
  return {
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    text: () => Promise.resolve(text),
  } as unknown as Response
}
