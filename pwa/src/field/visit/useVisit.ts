import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Answered, ChecklistItem, ChecklistVersion, PatrolTask, PhotoRole, PhotoSource } from '@/contract'
import { type FixSaid, withFix } from '@/core/drafts'
import { enqueueVisit, type Queued } from '@/core/outbox'
import type { ReportDraft, VisitAnswer, VisitDraft } from '@/core/types'
import { useSession } from '@/use/useSession'
import { useWords } from '@/use/useWords'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useQueue } from '@/field/shell/useHandIn'
import { usePlace } from '@/field/shell/usePlace'
import { begin, findingFor, type Begun, type Member, type Wanted } from './begin'
import { finished, isAway, photosOf, withChosen, without, withOneMore, withPart } from './form'

/** For which answer the finder is open, and what it takes. */
export interface Aim {
  at: number
  role: PhotoRole
}

export interface Visit extends OpenDraft<VisitDraft> {
  list: ShallowRef<ChecklistVersion | null>
  task: ShallowRef<PatrolTask | null>
  members: ShallowRef<Member[]>
  isGone: Ref<boolean>
  /** Lists of which the person chooses one before the visit begins; empty = nothing to choose. */
  choices: ShallowRef<ChecklistVersion[]>
  aim: ComputedRef<Aim | null>
  place: ReturnType<typeof usePlace>
  start(wanted: Wanted): Promise<void>
  choose(item: ChecklistItem, answer: Answered): Promise<void>
  oneMore(item: ChecklistItem): Promise<void>
  edit(at: number, part: Partial<VisitAnswer>): Promise<void>
  ofMember(at: number, memberId: string | null): Promise<void>
  find(at: number, part: Partial<ReportDraft>): Promise<void>
  fix(at: number, isFixed: boolean, said?: FixSaid): Promise<void>
  drop(at: number): Promise<void>
  point(aim: Aim | null): Promise<void>
  keepShot(blob: Blob, source: PhotoSource): Promise<boolean>
  dropPhoto(at: number, id: string): Promise<void>
  send(): Promise<boolean>
}

/** One visit from the first answer to the queue; everything it knows is in the draft. */
export function useVisit(): Visit {
  const open = useDraft<VisitDraft>()
  const place = usePlace()
  const opening = useOpening(open)
  const aim = computed(() => aimOf(open.draft.value?.step))
  return {
    ...open,
    ...opening,
    ...useChoices(open, place),
    ...useFindings(open, opening.members),
    ...useShots(open, place, aim),
    ...useHandingIn(open, opening.list),
    aim,
    place,
  }
}

type Opening = Pick<Visit, 'list' | 'task' | 'members' | 'isGone' | 'choices' | 'start'>

function useOpening(open: OpenDraft<VisitDraft>): Opening {
  const { me } = useSession()
  const list = shallowRef<ChecklistVersion | null>(null)
  const task = shallowRef<PatrolTask | null>(null)
  const members = shallowRef<Member[]>([])
  const isGone = ref(false)
  const choices = shallowRef<ChecklistVersion[]>([])
  async function start(wanted: Wanted): Promise<void> {
    const grid = me.value?.seats.find((seat) => seat.grid)?.grid ?? null
    const begun = await begin(wanted, grid).catch(() => null)
    isGone.value = begun === null
    if (!begun) return
    choices.value = begun.choices
    if ('draft' in begun) await look(begun, wanted)
  }
  async function look(begun: Begun, wanted: Wanted): Promise<void> {
    list.value = begun.list
    task.value = begun.task
    members.value = begun.members
    await open.open({ ...begun.draft, step: 'form' })
    if (!wanted.id) history.replaceState(history.state, '', `/field/visit/${begun.draft.id}`)
  }
  return { list, task, members, isGone, choices, start }
}

const present = (open: OpenDraft<VisitDraft>): VisitDraft => open.draft.value as VisitDraft
const put = (open: OpenDraft<VisitDraft>, next: VisitDraft): Promise<void> =>
  open.change({ answers: next.answers, photoIds: photosOf(next) })

async function forget(open: OpenDraft<VisitDraft>, answers: VisitAnswer[]): Promise<void> {
  for (const id of photosOf({ answers })) await open.dropShot(id)
}

function useChoices(open: OpenDraft<VisitDraft>, place: ReturnType<typeof usePlace>): Pick<Visit, 'choose' | 'oneMore' | 'drop'> {
  const finding = (item: ChecklistItem): Promise<ReportDraft | null> => findingFor(item, present(open), place.fix.value)
  return {
    async choose(item, answer) {
      const gone = present(open).answers.filter((one) => one.code === item.code && one.answer !== answer)
      const made = answer === 'issue' ? await finding(item) : null
      await put(open, withChosen(present(open), item.code, answer, made))
      await forget(open, gone)
    },
    async oneMore(item) {
      const made = await finding(item)
      await put(open, withOneMore(present(open), item.code, made))
    },
    async drop(at) {
      const gone = present(open).answers.slice(at, at + 1)
      await put(open, without(present(open), at))
      await forget(open, gone)
    },
  }
}

/** A photo of a fix that was taken back to 上报 waits, out of sight, for a change of mind; it is not sent. */
async function dropUnseen(open: OpenDraft<VisitDraft>): Promise<void> {
  const afters = new Set(open.shots.value.filter((shot) => shot.role === 'after').map((shot) => shot.id))
  for (const [at, { finding }] of present(open).answers.entries()) {
    const unseen = finding && !finding.fix ? finding.photoIds.filter((id) => afters.has(id)) : []
    for (const id of unseen) await dropPhotoOf(open, at, id)
  }
}

async function dropPhotoOf(open: OpenDraft<VisitDraft>, at: number, id: string): Promise<void> {
  await withPhotos(open, at, (ids) => ids.filter((one) => one !== id))
  await open.dropShot(id)
}

function withPhotos(open: OpenDraft<VisitDraft>, at: number, change: (ids: string[]) => string[]): Promise<void> {
  const found = open.draft.value?.answers[at]?.finding
  if (!found) return Promise.resolve()
  return put(open, withPart(present(open), at, { finding: { ...found, photoIds: change(found.photoIds) } }))
}

type Findings = Pick<Visit, 'edit' | 'ofMember' | 'find' | 'fix'>

function useFindings(open: OpenDraft<VisitDraft>, members: ShallowRef<Member[]>): Findings {
  const edit: Findings['edit'] = (at, part) => put(open, withPart(present(open), at, part))
  const change = (at: number, next: (found: ReportDraft) => ReportDraft): Promise<void> => {
    const said = present(open).answers[at]
    return said?.finding && !isAway(said) ? edit(at, { finding: next(said.finding) }) : Promise.resolve()
  }
  return {
    edit,
    find: (at, part) => change(at, (found) => ({ ...found, ...part })),
    async ofMember(at, memberId) {
      const { title, objectId } = present(open)
      const place = members.value.find((one) => one.id === memberId)?.name ?? title
      await edit(at, { memberId })
      await change(at, (found) => ({ ...found, fields: { ...found.fields, place, enterprise_id: memberId ?? objectId } }))
    },
    fix: (at, isFixed, said) =>
      change(at, (found) => {
        const { fix: _fix, ...report } = found
        return isFixed ? withFix(found, said) : report
      }),
  }
}

const FINDER = /^camera:(\d+):(before|after)$/
const aimOf = (step: string | undefined): Aim | null => {
  const found = FINDER.exec(step ?? '')
  return found ? { at: Number(found[1]), role: found[2] as PhotoRole } : null
}

type Shots = Pick<Visit, 'point' | 'keepShot' | 'dropPhoto'>

function useShots(open: OpenDraft<VisitDraft>, place: ReturnType<typeof usePlace>, aim: ComputedRef<Aim | null>): Shots {
  const point: Visit['point'] = (next) => open.change({ step: next ? `camera:${next.at}:${next.role}` : 'form' })
  return {
    point,
    async keepShot(blob, source) {
      const to = aim.value
      if (!to || !(await open.addShot(blob, to.role, source, place.fix.value))) return false
      const id = open.shots.value.at(-1)?.id
      if (id) await withPhotos(open, to.at, (ids) => [...ids, id])
      await point(null)
      return true
    },
    dropPhoto: (at, id) => dropPhotoOf(open, at, id),
  }
}

function useHandingIn(open: OpenDraft<VisitDraft>, list: ShallowRef<ChecklistVersion | null>): Pick<Visit, 'send'> {
  const { t } = useWords()
  const queue = useQueue(open)
  return {
    async send() {
      const shown = list.value
      if (!open.draft.value || !shown) return false
      await dropUnseen(open)
      const enqueue = (draft: VisitDraft): Promise<Queued> => enqueueVisit(finished(draft, shown, Date.now()))
      return queue({ enqueue, to: '/patrols', saved: t('field.visit.saved') })
    },
  }
}
