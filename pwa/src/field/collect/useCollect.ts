import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { account } from '@/core/account'
import { loadDraft, newCollection, removeDraft } from '@/core/drafts'
import { coreError } from '@/core/errors'
import { enqueueCollection } from '@/core/outbox'
import type { CollectDraft, CollectFields } from '@/core/types'
import { useSession } from '@/use/useSession'
import { useWords } from '@/use/useWords'
import { useBack } from '@/field/shell/useBack'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useWithdrawal } from '@/field/shell/useWithdrawal'
import { fieldsOf, finished } from './form'

export interface Collect extends OpenDraft<CollectDraft> {
  fields: ComputedRef<CollectFields>
  /** Why the village or township has sent it back; empty for a new one. */
  reason: Ref<string>
  start(id: string | undefined, objectId: string | undefined): Promise<void>
  set(part: CollectFields): Promise<void>
  send(): Promise<void>
  drop(): Promise<void>
}

/** One place for the ledger, from the first word to the queue; everything it knows is in the draft. */
export function useCollect(): Collect {
  const open = useDraft<CollectDraft>()
  const fields = computed<CollectFields>(() => open.draft.value?.fields ?? {})
  const set = (part: CollectFields): Promise<void> => open.change({ fields: { ...fields.value, ...part } })
  return { ...open, fields, set, ...useOpening(open), ...useSending(open) }
}

function useOpening(open: OpenDraft<CollectDraft>): Pick<Collect, 'start' | 'reason'> {
  const { me } = useSession()
  const reason = ref('')
  async function start(id: string | undefined, objectId: string | undefined): Promise<void> {
    const kept = id ? await loadDraft(id).catch(() => null) : null
    const draft = kept?.kind === 'collect' ? kept : await begin(objectId)
    reason.value = (await account().db.objects.get(draft.hazardId))?.return_reason ?? ''
    await open.open(draft)
    if (!id) history.replaceState(history.state, '', `/field/collect/${draft.id}`)
  }
  async function begin(objectId: string | undefined): Promise<CollectDraft> {
    const known = objectId ? await account().db.objects.get(objectId) : undefined
    if (!known) return newCollection({ grid_id: await ownGrid() })
    const { lat, lon } = known
    const position = lat === null || lon === null ? null : { lat, lon, accuracy_m: null, source: 'place' }
    return { ...newCollection(fieldsOf(known), known.id), position }
  }
  /** My own grid, or the only one of my village. */
  async function ownGrid(): Promise<string> {
    const own = me.value?.seats.find((seat) => seat.grid)?.grid?.id
    const all = await account().db.grids.toArray()
    return own ?? (all.length === 1 ? all[0]?.id : undefined) ?? ''
  }
  return { start, reason }
}

function useSending(open: OpenDraft<CollectDraft>): Pick<Collect, 'send' | 'drop'> {
  const router = useRouter()
  const { t } = useWords()
  const sayQueued = useWithdrawal()
  const back = useBack()
  return {
    async send() {
      await open.settled()
      const draft = open.draft.value
      if (!draft) return
      try {
        const queued = await enqueueCollection(finished(draft))
        await router.replace('/ledger')
        sayQueued(t('field.collect.saved'), queued.draftId)
      } catch (error) {
        open.trouble.value = coreError(error).code
      }
    },
    async drop() {
      await open.settled()
      const id = open.draft.value?.id
      open.draft.value = null
      if (id) await removeDraft(id).catch(() => undefined)
      await back('/ledger')
    },
  }
}
