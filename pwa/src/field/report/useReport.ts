import { computed, ref, type ComputedRef } from 'vue'
import type { Category, PhotoRole, PhotoSource } from '@/contract'
import { type FixSaid, loadDraft, newReport, withFix } from '@/core/drafts'
import { enqueueReport, type Queued } from '@/core/outbox'
import type { ReportDraft, ReportFields } from '@/core/types'
import { useSession } from '@/use/useSession'
import { useWords } from '@/use/useWords'
import { useDrop, useQueue } from '@/field/shell/useHandIn'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { usePlaced, type Placed } from '@/field/shell/usePlaced'
import { missingOf, withCategory, withObject, withLevel, type LevelChoice, type Missing } from './form'
import { rememberReport } from './memory'

export type Step = 'camera' | 'system_camera' | 'form' | 'fix_camera' | 'fix_system_camera' | 'fix_form'

export interface Report extends OpenDraft<ReportDraft>, Pick<Placed, 'place' | 'isPlaceChosen' | 'choosePlace'> {
  step: ComputedRef<Step>
  fields: ComputedRef<ReportFields>
  missing: ComputedRef<Missing[]>
  start(id: string | undefined): Promise<void>
  go(step: Step): Promise<void>
  set(part: ReportFields): Promise<void>
  chooseCategory(category: Category): Promise<void>
  chooseLevel(choice: LevelChoice): Promise<void>
  keepShot(blob: Blob, source: PhotoSource): Promise<boolean>
  /** `fixed`: on the spot, and how. */
  send(fixed?: FixSaid): Promise<boolean>
  drop(): Promise<void>
}

/** One report from the first photo to the queue; everything it knows is in the draft. */
export function useReport(): Report {
  const open = useDraft<ReportDraft>()
  const placed = usePlaced(open)
  const fields = computed<ReportFields>(() => open.draft.value?.fields ?? {})
  const step = computed(() => (open.draft.value?.step ?? 'camera') as Step)
  const before = computed(() => open.shots.value.filter((shot) => shot.role === 'before'))
  const set = (part: ReportFields): Promise<void> => open.change({ fields: { ...fields.value, ...part } })
  return {
    ...open,
    ...useChoices(open, fields),
    ...useSending(open),
    ...placed,
    step,
    fields,
    missing: computed(() => (open.draft.value ? missingOf(open.draft.value, before.value.length) : [])),
    go: (next) => open.change({ step: next }),
    set,
    keepShot: (blob, source) => open.addShot(blob, roleAt(step.value), source, placed.place.fix.value),
  }
}

type Choices = 'start' | 'chooseCategory' | 'chooseLevel' | 'choosePlace'

/** A preset gives way to the person's own choice, also after a restart. */
function useChoices(open: OpenDraft<ReportDraft>, fields: ComputedRef<ReportFields>): Pick<Report, Choices> {
  const { me } = useSession()
  const isLevelChosen = ref(false)
  const put = (next: ReportFields): Promise<void> => open.change({ fields: next })
  return {
    async start(id) {
      const kept = id ? await loadDraft(id).catch(() => null) : null
      if (kept?.kind !== 'report') {
        return open.open({ ...newReport({ grid_id: me.value?.seats[0]?.grid?.id ?? null }), step: 'camera' })
      }
      isLevelChosen.value = kept.fields.level !== undefined
      return open.open({ ...kept, step: resumed(kept) })
    },
    chooseCategory: (category) => put(withCategory(fields.value, category, isLevelChosen.value)),
    chooseLevel(choice) {
      isLevelChosen.value = true
      return put(withLevel(fields.value, choice))
    },
    choosePlace: (object, words = '') =>
      put({ ...withObject(fields.value, object), ...(object ? {} : { place: words }) }),
  }
}

const roleAt = (step: Step): PhotoRole => (step.startsWith('fix') ? 'after' : 'before')

/** Where to go on: a finder only while there is nothing to fill in yet. */
function resumed(draft: ReportDraft): Step {
  const step = (draft.step ?? 'form') as Step
  if (step === 'system_camera' || step === 'camera') return draft.photoIds.length ? 'form' : 'camera'
  return step === 'fix_system_camera' ? 'fix_camera' : step
}

function useSending(open: OpenDraft<ReportDraft>): Pick<Report, 'send' | 'drop'> {
  const { t } = useWords()
  const queue = useQueue(open)
  return {
    async send(fixed) {
      if (!fixed) await dropAfter(open)
      const saved = t(fixed ? 'field.fixed.saved' : 'field.report.saved')
      return queue({ enqueue: (draft) => handIn(draft, fixed), to: '/', saved })
    },
    drop: useDrop(open, '/'),
  }
}

async function handIn(draft: ReportDraft, fixed: FixSaid | undefined): Promise<Queued> {
  const queued = await enqueueReport(complete(draft, fixed))
  await rememberReport(draft.fields)
  return queued
}

/** The photo of a fix that is not handed in after all is out of sight, and is not sent. */
async function dropAfter(open: OpenDraft<ReportDraft>): Promise<void> {
  for (const shot of open.shots.value.filter(({ role }) => role === 'after')) await open.dropShot(shot.id)
}

/** Fixed on the spot: the report stays with the reporter, the steps after it close it (S3-16). */
export function complete(draft: ReportDraft, fixed: FixSaid | undefined): ReportDraft {
  const { fix: _fix, ...report } = draft
  if (!fixed) return { ...report, fields: { ...report.fields, escalate: true } }
  return withFix({ ...draft, fields: { ...draft.fields, escalate: false } }, fixed)
}
