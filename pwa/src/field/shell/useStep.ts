import { onMounted } from 'vue'
import type { Action } from '@/contract'
import { listDrafts, newAction } from '@/core/drafts'
import { enqueueAction, type Queued } from '@/core/outbox'
import type { ActionDraft, ActionFields } from '@/core/types'
import { useDraft, type OpenDraft } from './useDraft'
import { throwAway, useQueue } from './useHandIn'

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
    drop: () => throwAway(open),
  }
}

function useSend(open: OpenDraft<ActionDraft>): OpenStep['send'] {
  const queue = useQueue(open)
  const enqueue = (draft: ActionDraft): Promise<Queued> => enqueueAction({ ...draft, occurredAt: Date.now() })
  return (saved) => queue({ enqueue, to: '/', saved })
}
