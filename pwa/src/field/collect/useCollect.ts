import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { ObjectView } from '@/contract'
import { account } from '@/core/account'
import { loadDraft, newCollection } from '@/core/drafts'
import { enqueueCollection } from '@/core/outbox'
import type { CollectDraft, CollectFields } from '@/core/types'
import { useWords } from '@/use/useWords'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useHandIn } from '@/field/shell/useHandIn'
import { useOwnGrid } from '@/field/shell/useOwnGrid'
import { useSession } from '@/use/useSession'
import { changeOf, fieldsOf, finished, returnedOf } from './form'

export interface Collect extends OpenDraft<CollectDraft> {
  fields: ComputedRef<CollectFields>
  /** Why the village or township has sent it back; empty for a new one. */
  reason: Ref<string>
  start(id: string | undefined, objectId: string | undefined): Promise<void>
  set(part: CollectFields): Promise<void>
  send(): Promise<boolean>
  drop(): Promise<void>
}

/** One place for the ledger, from the first word to the queue; everything it knows is in the draft. */
export function useCollect(): Collect {
  const open = useDraft<CollectDraft>()
  const { t } = useWords()
  const fields = computed<CollectFields>(() => open.draft.value?.fields ?? {})
  const set = (part: CollectFields): Promise<void> => open.change({ fields: { ...fields.value, ...part } })
  const handIn = useHandIn(open, {
    enqueue: (draft) => enqueueCollection(finished(draft)),
    to: '/ledger',
    saved: t('field.collect.saved'),
    home: '/ledger',
  })
  return { ...open, fields, set, ...useOpening(open), ...handIn }
}

function useOpening(open: OpenDraft<CollectDraft>): Pick<Collect, 'start' | 'reason'> {
  const ownGrid = useOwnGrid()
  const { me } = useSession()
  const reason = ref('')
  async function start(id: string | undefined, objectId: string | undefined): Promise<void> {
    const kept = id ? await loadDraft(id).catch(() => null) : null
    const draft = kept?.kind === 'collect' ? kept : await begin(objectId)
    reason.value = whyBack(await account().db.objects.get(draft.hazardId))
    await open.open(draft)
    if (!id) history.replaceState(history.state, '', `/field/collect/${draft.id}`)
  }
  const whyBack = (known: ObjectView | undefined): string => known?.return_reason ?? returnedOf(known, me.value?.id)?.word ?? ''
  async function begin(objectId: string | undefined): Promise<CollectDraft> {
    const known = objectId ? await account().db.objects.get(objectId) : undefined
    if (!known) return newCollection({ grid_id: await ownGrid() })
    if (known.confirmed_at) return newCollection(changeOf(known, returnedOf(known, me.value?.id)), known.id)
    const { lat, lon } = known
    const position = lat === null || lon === null ? null : { lat, lon, accuracy_m: null, source: 'place' }
    return { ...newCollection(fieldsOf(known), known.id), position }
  }
  return { start, reason }
}
