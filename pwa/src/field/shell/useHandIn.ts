import { useRouter } from 'vue-router'
import { removeDraft } from '@/core/drafts'
import { coreError } from '@/core/errors'
import type { Queued } from '@/core/outbox'
import type { Draft } from '@/core/types'
import { useBack } from './useBack'
import type { OpenDraft } from './useDraft'
import { useWithdrawal } from './useWithdrawal'

export interface HandIn<D extends Draft> {
  /** Puts it in line; what it raises is shown, and the draft stays. */
  enqueue(draft: D): Promise<Queued>
  /** The page that shows what becomes of it, and what is said there. */
  to: string
  saved: string
  /** Where somebody goes who throws it away. */
  home: string
}

/** An open draft goes in line, or is thrown away. */
export function useHandIn<D extends Draft>(open: OpenDraft<D>, { enqueue, to, saved, home }: HandIn<D>) {
  const router = useRouter()
  const sayQueued = useWithdrawal()
  return {
    drop: useDrop(open, home),
    async send(): Promise<void> {
      await open.settled()
      const draft = open.draft.value
      if (!draft) return
      try {
        const queued = await enqueue(draft)
        await router.replace(to)
        sayQueued(saved, queued.draftId)
      } catch (error) {
        open.trouble.value = coreError(error).code
      }
    },
  }
}

/** Throws the open draft away. */
export function useDrop<D extends Draft>(open: OpenDraft<D>, home: string): () => Promise<void> {
  const back = useBack()
  return async () => {
    await open.settled()
    const id = open.draft.value?.id
    open.draft.value = null
    if (id) await removeDraft(id).catch(() => undefined)
    await back(home)
  }
}
