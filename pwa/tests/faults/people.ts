/** People with phones, a network and a server: what they do. */
import { CoreError } from '@/core/errors'
import { exportFrom, importInto } from '@/core/rescue/file'
import type { Draft, OutboxItem, ReportDraft } from '@/core/types'
import { Chance } from './chance'
import { Device, type Tab } from './device'
import { itemsOn, Ledger } from './ledger'
import { ModelServer, type ServerBug } from './modelserver'
import { Network } from './network'
import { Turns } from './turns'

const DAY_MS = 24 * 60 * 60_000

export class People {
  readonly chance: Chance
  readonly server: ModelServer
  readonly network: Network
  readonly devices: Device[] = []
  readonly ledger: Ledger
  private readonly turns: Turns
  /** True time, ms. */
  at = Date.parse('2026-11-22T02:00:00Z')
  /** How wrong the phones' clock is, ms. */
  skew = 0
  private tags = 0

  constructor(seed: number, serverBugs: ServerBug[] = []) {
    this.chance = new Chance(seed)
    this.turns = new Turns(this.chance)
    this.server = new ModelServer(this.chance, () => this.at, new Set(serverBugs))
    this.ledger = new Ledger(this.server, this.devices)
    const heard = this.ledger.hear.bind(this.ledger)
    this.network = new Network(this.chance, this.server, (ms) => this.pass(ms), heard)
    this.addDevice()
  }

  get device(): Device {
    return this.devices[0] as Device
  }

  pass(ms: number): void {
    this.at += ms
    this.server.backUp()
  }

  addDevice(): Device {
    const { chance, turns, server, network } = this
    const device = new Device({ chance, turns, server, network, now: () => this.at + this.skew })
    this.devices.push(device)
    return device
  }

  /** In the browser of a phone; a browser that died is opened again. */
  async run(device: Device, ...works: (() => Promise<unknown>)[]): Promise<void> {
    await this.turns.together(device.process, works.map((work) => () => this.bearing(work)))
    if (!device.process.isAlive) this.reopen(device)
  }

  /** The page shows a CoreError in words; anything else is a defect. */
  private async bearing(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CoreError)) throw error
    }
  }

  reopen(device: Device): void {
    device.process.kill()
    if (this.chance.is(0.15)) for (const disk of Object.values(device.disks)) disk.losePower()
    device.start()
  }

  async report(): Promise<void> {
    await this.run(this.device, () => this.makeReport(this.device.tab(), this.chance.below(3)))
    if (this.chance.is(0.7)) this.pass(5_000)
  }

  /** On a page of whoever holds the phone. */
  async reportWith(photos: number): Promise<void> {
    await this.run(this.device, () => this.makeReport(this.device.tab(), photos))
  }

  async fix(): Promise<void> {
    const tab = this.device.tab()
    await this.run(this.device, () => this.makeReport(tab, 1, async (draft) => {
      const after = await tab.photos.capture(this.device.pictures.take(), { role: 'after', source: 'camera' })
      const whole = { ...draft, photoIds: [...draft.photoIds, after.id] }
      return tab.drafts.save(tab.drafts.withFix(whole, { rating: 4 }))
    }))
  }

  async act(): Promise<void> {
    const known = this.hazardIds()
    if (known.length === 0) return
    const tab = this.device.tab()
    const hazardId = this.chance.pick(known)
    await this.run(this.device, async () => {
      const draft = tab.drafts.newAction(hazardId, 'comment', { note: this.tag() })
      await tab.outbox.enqueueAction(draft)
      this.ledger.promise(this.device, tab.person, draft.id)
    })
  }

  async flush(): Promise<void> {
    const isManual = this.chance.is(0.3)
    const tabs = this.chance.is(0.3) ? this.device.tabs : [this.chance.pick(this.device.tabs)]
    await this.run(this.device, ...tabs.map((tab) => () => tab.outbox.flush(isManual)))
  }

  /** As triggers.ts does it. */
  async sync(): Promise<void> {
    const tab = this.device.tab()
    await this.run(this.device, () => this.syncOf(tab))
  }

  async syncOf(tab: Tab): Promise<void> {
    await tab.outbox.flush()
    await tab.pull.pull()
    await tab.reconcile.reconcile()
    await tab.photos.purge().catch(() => undefined)
  }

  /** Everything at once. */
  async bustle(): Promise<void> {
    const [one, two] = this.device.tabs as [Tab, Tab]
    const works = [
      () => this.makeReport(this.device.tab(), 1),
      () => one.outbox.flush(),
      () => two.outbox.flush(this.chance.is(0.5)),
      () => one.reconcile.reconcile(),
      () => two.pull.pull(),
      () => two.reconcile.reconcile(),
    ]
    await this.run(this.device, ...works.filter(() => this.chance.is(0.5)))
  }

  async draft(): Promise<void> {
    const tab = this.device.tab()
    await this.run(this.device, () => this.makeDraft(tab, 1))
  }

  async withdraw(): Promise<void> {
    const tab = this.device.tab()
    const items = itemsOn(this.device, tab.person)
    if (items.length > 0) await this.takeBack(tab, () => tab.outbox.withdraw(this.chance.pick(items).draftId))
  }

  /** What is red: again, changed, or away. */
  async shelf(): Promise<void> {
    const tab = this.device.tab()
    const red = itemsOn(this.device, tab.person).filter((item) => item.isRefused)
    if (red.length === 0) return
    const { seq } = this.chance.pick(red)
    const choice = this.chance.weighed({ retry: 6, edit: 3, discard: 1 })
    if (choice === 'retry') await this.run(this.device, () => tab.outbox.retry(seq))
    else if (choice === 'discard') await this.takeBack(tab, () => tab.outbox.discard(seq))
    else await this.takeBack(tab, async () => this.change(tab, await tab.outbox.edit(seq)))
  }

  /** The draft comes back, other words go into it, and it goes in line again. */
  async change(tab: Tab, draft: Draft | null): Promise<void> {
    if (!draft) return
    const note = this.tag()
    const changed = withWords(draft, note)
    await tab.drafts.save(changed)
    this.ledger.drafts.set(changed.id, { by: tab.person, photoIds: changed.photoIds })
    await this.enqueue(tab, changed)
  }

  async takeBack(tab: Tab, work: () => Promise<unknown>, device = this.device): Promise<void> {
    const before = itemsOn(device, tab.person)
    await this.run(device, work)
    this.ledger.forget(device, tab.person, before)
  }

  wait(): void {
    this.pass(this.chance.pick([300, 5_000, 60_000, 600_000, 600_000, 8 * 60 * 60_000, DAY_MS, 9 * DAY_MS]))
  }

  /** The unsent records go to another phone of the same person. */
  async rescue(): Promise<void> {
    const tab = this.device.tab()
    const other = this.devices[1] ?? this.addDevice()
    const there = other.tabs.find((each) => each.person === tab.person)
    if (!there) return
    await this.run(this.device, async () => {
      const file = await exportFrom(tab.db, { id: tab.person, name: '' }, this.at)
      await importInto(there.db, tab.person, file, this.at)
    })
  }

  private async makeReport(tab: Tab, photos: number, more = (draft: ReportDraft) => Promise.resolve(draft)): Promise<void> {
    const draft = await more(await this.makeDraft(tab, photos))
    await this.enqueue(tab, draft)
  }

  private async makeDraft(tab: Tab, photos: number): Promise<ReportDraft> {
    const draft = tab.drafts.newReport({ category_code: 'fire', note: this.tag() })
    for (let n = 0; n < photos; n += 1) {
      const { id } = await tab.photos.capture(this.device.pictures.take(), { role: 'before', source: 'camera' })
      draft.photoIds.push(id)
      await tab.drafts.save(draft)
      this.ledger.drafts.set(draft.id, { by: tab.person, photoIds: [...draft.photoIds] })
    }
    return tab.drafts.save(draft)
  }

  protected deviceOf(tab: Tab): Device {
    return this.devices.find(({ tabs }) => tabs.includes(tab)) ?? this.device
  }

  protected async enqueue(tab: Tab, draft: Draft): Promise<void> {
    if (draft.kind === 'report') await tab.outbox.enqueueReport(draft)
    else if (draft.kind === 'action') await tab.outbox.enqueueAction(draft)
    this.ledger.promise(this.deviceOf(tab), tab.person, draft.id)
  }

  private hazardIds(): string[] {
    const { present } = this.device
    const isOfCase = ({ kind }: OutboxItem): boolean => kind === 'hazard' || kind === 'action'
    const waiting = itemsOn(this.device, present).filter(isOfCase).map((item) => item.hazardId)
    const here = [...this.device.disks[present].all('hazards')].map(([id]) => String(id))
    return [...waiting, ...here]
  }

  protected tag(): string {
    this.tags += 1
    return `#${String(this.tags)}#`
  }
}

/** Where each kind says something in words; the old ones are gone. */
function withWords(draft: Draft, words: string): Draft {
  if (draft.kind === 'visit') return { ...draft, note: words }
  if (draft.kind === 'feedback') return { ...draft, text: words }
  return { ...draft, fields: { ...draft.fields, [WORDS_IN[draft.kind]]: words } } as Draft
}
const WORDS_IN = { report: 'note', action: 'note', accident: 'course', collect: 'name', errand: 'topic', appeal: 'text' } as const
