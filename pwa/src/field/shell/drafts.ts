import { listDrafts, removeDraft } from '@/core/drafts'
import type { AccidentDraft, ActionDraft, CollectDraft, Draft, ErrandDraft, ReportDraft } from '@/core/types'

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

/** Does the draft hold anything that somebody would miss? A lost system camera counts: it has to be told. */
export function isWorthy(draft: Draft): boolean {
  if (draft.photoIds.length > 0 || draft.step?.endsWith('system_camera')) return true
  return hasWords(draft)
}

function hasWords(draft: Draft): boolean {
  if (draft.kind === 'visit') return draft.answers.length > 0 || Boolean(draft.note)
  if (draft.kind === 'collect') return WORDS_OF_PLACE.some((name) => Boolean(draft.fields[name]))
  if (draft.kind === 'feedback') return Boolean(draft.text)
  if (draft.kind === 'accident') return WORDS_OF_ACCIDENT.some((name) => (draft.fields[name] ?? '') !== '')
  if (draft.kind === 'errand') return WORDS_OF_ERRAND.some((name) => (draft.fields[name] ?? '') !== '')
  return draft.kind === 'report'
    ? WORDS_OF_REPORT.some((name) => Boolean(draft.fields[name]))
    : WORDS_OF_STEP.some((name) => Boolean(draft.fields[name]))
}

/** The drafts worth showing, newest first; a finder that was opened and left leaves nothing behind. */
export async function worthyDrafts(): Promise<Draft[]> {
  const drafts = await listDrafts().catch(() => [])
  const empty = drafts.filter((draft) => !isWorthy(draft))
  await Promise.all(empty.map((draft) => removeDraft(draft.id).catch(() => undefined)))
  return drafts.filter(isWorthy)
}
