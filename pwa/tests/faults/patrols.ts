/** People on patrol: visits with what they find, and reasons why a place could not be looked at. */
import type { PatrolTask } from '@/contract'
import { taskOf } from '@/core/outbox/task'
import type { Draft, ReportDraft, VisitAnswer, VisitDraft } from '@/core/types'
import type { Tab } from './device'
import { itemsOn } from './ledger'
import { People } from './people'
import { LIST } from './rounds'

export class Patrollers extends People {
  /** Of a task, or unasked. */
  async visit(): Promise<void> {
    const tab = this.device.tab()
    await this.run(this.device, () => this.makeVisit(tab))
    this.pass(this.chance.pick([0, 5_000, 6 * 60_000]))
    if (this.chance.is(0.7)) await this.sendAndFetch()
  }

  /** One page sends what the other one is just being told of as still to be done. */
  private async sendAndFetch(): Promise<void> {
    const [one, two] = this.device.tabs as [Tab, Tab]
    await this.run(this.device, () => one.outbox.flush(true), () => two.pull.pull())
  }

  async delay(): Promise<void> {
    const tab = this.device.tab()
    const task = this.someTask(tab)
    if (!task) return
    await this.run(this.device, async () => {
      const id = this.device.newId()
      await tab.outbox.enqueueDelay({ id, taskId: task.id, reason: 'other', note: this.tag() })
      this.ledger.promise(this.device, tab.person, id)
    })
  }

  /** A visit at which somebody looks, one thing after the other, while others send and fetch. */
  protected async makeVisit(tab: Tab): Promise<void> {
    const task = this.chance.is(0.8) ? this.someTask(tab) : null
    let draft = { ...tab.drafts.newVisit({ task, versionId: LIST.id, gridId: 'g', title: '' }), note: this.tag() }
    for (let n = this.chance.below(3); n > 0; n -= 1) {
      const found = await this.find(tab)
      const answer: VisitAnswer = { code: `Q-${String(n)}`, answer: 'issue', memberId: null, note: '', finding: found }
      draft = await tab.drafts.save({ ...draft, answers: [...draft.answers, answer], photoIds: [...draft.photoIds, ...found.photoIds] })
      this.ledger.drafts.set(draft.id, { by: tab.person, photoIds: draft.photoIds })
    }
    await this.enqueue(tab, draft)
  }

  protected override async enqueue(tab: Tab, draft: Draft): Promise<void> {
    if (draft.kind !== 'visit') return super.enqueue(tab, draft)
    await tab.outbox.enqueueVisit(draft)
    const device = this.deviceOf(tab)
    for (const id of [draft.id, ...findings(draft).map((found) => found.id)]) this.ledger.promise(device, tab.person, id)
    await tab.drafts.remove(draft.id) // as the page does
  }

  private async find(tab: Tab): Promise<ReportDraft> {
    const found = tab.drafts.newReport({ category_code: 'fire', note: this.tag() })
    for (let n = this.chance.below(2); n > 0; n -= 1) {
      const { id } = await tab.photos.capture(this.device.pictures.take(), { role: 'before', source: 'camera' })
      found.photoIds.push(id)
    }
    return found
  }

  /** One of those that the page shows. */
  private someTask(tab: Tab): PatrolTask | null {
    const waiting = new Set(itemsOn(this.device, tab.person).map(taskOf))
    const shown = [...this.device.disks[tab.person].all('tasks')].map(([, row]) => row as unknown as PatrolTask)
    const left = shown.filter((task) => !waiting.has(task.id))
    return left.length > 0 ? this.chance.pick(left) : null
  }
}

/** Those that go in line with the visit: what went its own way before, or was thrown away, does not. */
function findings(draft: VisitDraft): ReportDraft[] {
  return draft.answers.flatMap(({ finding, isHandedIn, isDiscarded }) => (finding && !isHandedIn && !isDiscarded ? [finding] : []))
}
