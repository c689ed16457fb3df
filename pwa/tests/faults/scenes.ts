/** People on the scene of an accident, people who find a place that the ledger does not know, and who deliver something. */
import type { CollectFields, Draft } from '@/core/types'
import type { Tab } from './device'
import { Patrollers } from './patrols'

export class Witnesses extends Patrollers {
  /** Ids of places that somebody has collected. */
  private readonly places = new Set<string>()

  /** A first report, or more about an accident that this person has reported. */
  async accident(): Promise<void> {
    const tab = this.device.tab()
    const known = this.reportedBy(tab)
    const about = known.length > 0 && this.chance.is(0.4) ? this.chance.pick(known) : undefined
    await this.run(this.device, async () => {
      const draft = tab.drafts.newAccident({ kind: 'fire', course: this.tag() }, about)
      for (let n = this.chance.below(3); n > 0; n -= 1) {
        const { id } = await tab.photos.capture(this.device.pictures.take(), { role: 'before', source: 'camera' })
        draft.photoIds.push(id)
        await tab.drafts.save(draft)
        this.ledger.drafts.set(draft.id, { by: tab.person, photoIds: [...draft.photoIds] })
      }
      await this.enqueue(tab, await tab.drafts.save(draft))
    })
  }

  /** A new place, or one that was sent back, as somebody sees it now. */
  async collect(): Promise<void> {
    const tab = this.device.tab()
    const known = [...this.places]
    const objectId = known.length > 0 && this.chance.is(0.4) ? this.chance.pick(known) : undefined
    const fields: CollectFields = { kind: 'enterprise', name: this.tag(), grid_id: 'g' }
    await this.run(this.device, async () => {
      const draft = await tab.drafts.save(tab.drafts.newCollection(fields, objectId))
      this.places.add(draft.hazardId)
      await this.enqueue(tab, draft)
    })
  }

  /** Something delivered, with its receipt or without. */
  async errand(): Promise<void> {
    const tab = this.device.tab()
    await this.run(this.device, async () => {
      const draft = tab.drafts.newErrand({ kind: 'publicity', topic: this.tag(), place: '村口', grid_id: 'g' })
      if (this.chance.is(0.5)) {
        const { id } = await tab.photos.capture(this.device.pictures.take(), { role: 'document', source: 'drawn' })
        draft.photoIds.push(id)
        await tab.drafts.save(draft)
        this.ledger.drafts.set(draft.id, { by: tab.person, photoIds: [...draft.photoIds] })
      }
      await this.enqueue(tab, await tab.drafts.save(draft))
    })
  }

  /** Something asked of the government. */
  async appeal(): Promise<void> {
    const tab = this.device.tab()
    await this.run(this.device, async () => {
      await this.enqueue(tab, await tab.drafts.save(tab.drafts.newAppeal({ subject: '通道', text: this.tag(), place: '文化路' })))
    })
  }

  protected override async enqueue(tab: Tab, draft: Draft): Promise<void> {
    if (draft.kind === 'collect') await tab.outbox.enqueueCollection(draft)
    else if (draft.kind === 'accident') await tab.outbox.enqueueAccident(draft)
    else if (draft.kind === 'errand') await tab.outbox.enqueueErrand(draft)
    else if (draft.kind === 'appeal') await tab.outbox.enqueueAppeal(draft)
    else return super.enqueue(tab, draft)
    for (const id of [draft.id, ...draft.photoIds]) this.ledger.promise(this.deviceOf(tab), tab.person, id)
  }

  private reportedBy(tab: Tab): string[] {
    return [...this.ledger.promised].filter(([, one]) => one.kind === 'accident' && one.by === tab.person).map(([id]) => id)
  }
}
