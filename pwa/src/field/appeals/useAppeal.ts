import { computed, type ComputedRef } from 'vue'
import { account } from '@/core/account'
import { loadDraft, newAppeal } from '@/core/drafts'
import { enqueueAppeal } from '@/core/outbox'
import type { AppealDraft, AppealFields } from '@/core/types'
import { useWords } from '@/use/useWords'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useHandIn } from '@/field/shell/useHandIn'

export interface Asked extends OpenDraft<AppealDraft> {
  fields: ComputedRef<AppealFields>
  start(id?: string): Promise<void>
  set(part: AppealFields): Promise<void>
  send(): Promise<boolean>
  drop(): Promise<void>
}

/** One 诉求, kept with every letter, from the first word to the queue. */
export function useAppeal(): Asked {
  const open = useDraft<AppealDraft>()
  const { t } = useWords()
  const fields = computed<AppealFields>(() => open.draft.value?.fields ?? {})
  const handIn = useHandIn(open, { enqueue: (draft) => enqueueAppeal(finished(draft)), to: '/appeals', saved: t('field.appeal.saved'), home: '/appeals' })

  async function start(id?: string): Promise<void> {
    const kept = id ? await loadDraft(id).catch(() => null) : null
    await open.open(kept?.kind === 'appeal' ? kept : newAppeal(await fromBefore()))
    if (open.draft.value && !id) history.replaceState(history.state, '', `/field/appeals/new/${open.draft.value.id}`)
  }
  return { ...open, fields, start, set: (part) => open.change({ fields: { ...fields.value, ...part } }), ...handIn }
}

/** Without blanks around. */
export function finished(draft: AppealDraft): AppealDraft {
  const { subject = '', text = '', place = '' } = draft.fields
  return { ...draft, fields: { ...draft.fields, subject: subject.trim(), text: text.trim(), place: place.trim() } }
}

/** The release before kept the one that was being written here, under one name; it is taken over once. */
async function fromBefore(): Promise<AppealFields> {
  const { meta } = account().db
  const kept = (await meta.get('appeal').catch(() => undefined))?.value as AppealFields | undefined
  if (kept) await meta.delete('appeal').catch(() => undefined)
  const { subject = '', text = '', place = '' } = kept ?? {}
  return kept ? { subject, text, place } : {}
}
