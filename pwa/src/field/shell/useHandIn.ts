import { useRouter } from 'vue-router'
import { removeDraft } from '@/core/drafts'
import { coreError } from '@/core/errors'
import type { Queued } from '@/core/outbox'
import type { Draft } from '@/core/types'
import { useBack } from './useBack'
import type { OpenDraft } from './useDraft'
import { useWithdrawal } from './useWithdrawal'

interface Handed<D extends Draft> {
  /** Puts it in line; what it raises is shown, and the draft stays. */
  enqueue(draft: D): Promise<Queued>
  /** The page that shows what becomes of it, and what is said there. */
  to: string
  saved: string
}

export interface HandIn<D extends Draft> extends Handed<D> {
  /** Where somebody goes who throws it away. */
  home: string
}

/** An open draft goes in line, or is thrown away. */
export function useHandIn<D extends Draft>(open: OpenDraft<D>, handIn: HandIn<D>) {
  const queue = useQueue(open)
  return { drop: useDrop(open, handIn.home), send: () => queue(handIn) }
}

/** Puts the open draft in line; false = not kept, everything is still here. */
export function useQueue<D extends Draft>(open: OpenDraft<D>): (handed: Handed<D>) => Promise<boolean> {
  const router = useRouter()
  const sayQueued = useWithdrawal()
  return async ({ enqueue, to, saved }) => {
    await open.settled()
    const draft = open.draft.value
    if (!draft) return false
    try {
      const queued = await enqueue(draft)
      await router.replace(to)
      sayQueued(saved, queued.draftId)
      return true
    } catch (error) {
      open.trouble.value = coreError(error).code
      return false
    }
  }
}

/** Throws the open draft away and goes back. */
export function useDrop<D extends Draft>(open: OpenDraft<D>, home: string): () => Promise<void> {
  const back = useBack()
  return async () => {
    await throwAway(open)
    await back(home)
  }
}

export async function throwAway<D extends Draft>(open: OpenDraft<D>): Promise<void> {
  await open.settled()
  const id = open.draft.value?.id
  open.draft.value = null
  if (id) await removeDraft(id).catch(() => undefined)
}
