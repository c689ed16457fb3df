import { onScopeDispose, type ShallowRef } from 'vue'
import type { Instruction } from '@/contract'
import { listDrafts, newFeedback, removeDraft } from '@/core/drafts'
import { coreError } from '@/core/errors'
import { enqueueFeedback } from '@/core/outbox'
import type { Draft, FeedbackDraft } from '@/core/types'
import { useWords } from '@/use/useWords'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useWithdrawal } from '@/field/shell/useWithdrawal'

export interface Feedback {
  draft: ShallowRef<FeedbackDraft | null>
  trouble: OpenDraft<FeedbackDraft>['trouble']
  /** Goes on with what was begun; else begins anew. Once. */
  begin(one: Instruction): Promise<void>
  say(text: string): Promise<void>
  send(): Promise<void>
}

/** What somebody answers to one instruction: kept with every letter, then in line; the page stays. */
export function useFeedback(): Feedback {
  const { t } = useWords()
  const sayQueued = useWithdrawal()
  const { draft, trouble, open, change, settled } = useDraft<FeedbackDraft>()
  let about: Instruction | null = null
  onScopeDispose(() => {
    if (draft.value && !draft.value.text) void removeDraft(draft.value.id).catch(() => undefined)
  })

  async function begin(one: Instruction): Promise<void> {
    if (about) return
    about = one
    const drafts = await listDrafts().catch((): Draft[] => [])
    const kept = drafts.find((each): each is FeedbackDraft => each.kind === 'feedback' && each.hazardId === one.id)
    await open(kept ?? newFeedback(one.id, one.subject))
  }
  async function send(): Promise<void> {
    await settled()
    const present = draft.value
    if (!present?.text.trim()) return
    try {
      const queued = await enqueueFeedback({ ...present, text: present.text.trim(), occurredAt: Date.now() })
      sayQueued(t('field.instruction.saved'), queued.draftId)
      if (about) await open(newFeedback(about.id, about.subject))
    } catch (error) {
      trouble.value = coreError(error).code
    }
  }
  return { draft, trouble, begin, say: (text) => change({ text }), send }
}
