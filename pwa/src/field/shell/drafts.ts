import { listDrafts, removeDraft } from '@/core/drafts'
import type { AccidentDraft, ActionDraft, AppealDraft, CollectDraft, Draft, ErrandDraft, ReportDraft } from '@/core/types'

/** What a page fills in by itself: position, grid, presets of a place. None of it is the person's work. */
const WORDS_OF_REPORT: readonly (keyof ReportDraft['fields'])[] = ['category_code', 'note', 'no_photo_reason']
const WORDS_OF_STEP: readonly (keyof ActionDraft['fields'])[] = [
  'note',
  'reason',
  'rating',
  'suggested_department_id',
  'due_at',
  'corrected_note',
  'place',
  'category_code',
]

const WORDS_OF_PLACE: readonly (keyof CollectDraft['fields'])[] = ['kind', 'name', 'address', 'credit_code', 'contact_name', 'contact_phone', 'concerns']

/** Where it is and when is filled in by the page itself. */
const WORDS_OF_ACCIDENT: readonly (keyof AccidentDraft['fields'])[] = ['kind', 'course', 'dead', 'injured', 'missing']

/** What it is and where may have come with the page. */
const WORDS_OF_ERRAND: readonly (keyof ErrandDraft['fields'])[] = ['topic', 'outcome', 'receiver', 'reached', 'note']

const WORDS_OF_APPEAL: readonly (keyof AppealDraft['fields'])[] = ['subject', 'text', 'place']

/** Does the draft hold anything that somebody would miss? A lost system camera counts: it has to be told. */
export function isWorthy(draft: Draft): boolean {
  if (draft.photoIds.length > 0 || draft.step?.endsWith('system_camera')) return true
  return hasWords(draft)
}

function hasWords(draft: Draft): boolean {
  if (draft.kind === 'visit') return draft.answers.length > 0 || Boolean(draft.note)
  if (draft.kind === 'feedback') return Boolean(draft.text)
  const said = draft.fields as Readonly<Record<string, unknown>>
  return WORDS_OF[draft.kind].some((name) => (said[name] ?? '') !== '')
}
const WORDS_OF = {
  report: WORDS_OF_REPORT,
  action: WORDS_OF_STEP,
  collect: WORDS_OF_PLACE,
  accident: WORDS_OF_ACCIDENT,
  errand: WORDS_OF_ERRAND,
  appeal: WORDS_OF_APPEAL,
} as const satisfies Record<Exclude<Draft['kind'], 'visit' | 'feedback'>, readonly string[]>

/** The drafts worth showing, newest first; a finder that was opened and left leaves nothing behind. */
export async function worthyDrafts(): Promise<Draft[]> {
  const drafts = await listDrafts().catch(() => [])
  const empty = drafts.filter((draft) => !isWorthy(draft))
  await Promise.all(empty.map((draft) => removeDraft(draft.id).catch(() => undefined)))
  return drafts.filter(isWorthy)
}
