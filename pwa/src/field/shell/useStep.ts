import { onMounted } from 'vue'
import { useRouter } from 'vue-router'
import type { Action } from '@/contract'
import { listDrafts, newAction, removeDraft } from '@/core/drafts'
import { coreError } from '@/core/errors'
import { enqueueAction } from '@/core/outbox'
import type { ActionDraft, ActionFields } from '@/core/types'
import { useDraft, type OpenDraft } from './useDraft'
import { useWithdrawal } from './useWithdrawal'

export interface OpenStep extends OpenDraft<ActionDraft> {
  set(part: ActionFields): Promise<void>
  /** Puts the step into the queue and goes back; false = not kept, everything is still here. */
  send(saved: string): Promise<boolean>
  drop(): Promise<void>
}

/** One step of one case: an unfinished one of before is taken up again. */
export function useStep(hazardId: string, actions: readonly [Action, ...Action[]], firstStep: string): OpenStep {
  const open = useDraft<ActionDraft>()
  const isOurs = (draft: ActionDraft): boolean => draft.hazardId === hazardId && actions.includes(draft.action)

  onMounted(async () => {
    const drafts = (await listDrafts().catch(() => [])).flatMap((draft) => (draft.kind === 'action' ? draft : []))
    await open.open(drafts.find(isOurs) ?? { ...newAction(hazardId, actions[0]), step: firstStep })
  })
  return {
    ...open,
    set: (part) => open.change({ fields: { ...open.draft.value?.fields, ...part } }),
    send: useSend(open),
    async drop() {
      await open.settled()
      const id = open.draft.value?.id
      open.draft.value = null
      if (id) await removeDraft(id).catch(() => undefined)
    },
  }
}

function useSend(open: OpenDraft<ActionDraft>): OpenStep['send'] {
  const router = useRouter()
  const sayQueued = useWithdrawal()
  return async (saved) => {
    const draft = open.draft.value
    if (!draft) return false
    await open.settled()
    try {
      const queued = await enqueueAction({ ...draft, occurredAt: Date.now() })
      await router.replace('/')
      sayQueued(saved, queued.draftId)
      return true
    } catch (error) {
      open.trouble.value = coreError(error).code
      return false
    }
  }
}
