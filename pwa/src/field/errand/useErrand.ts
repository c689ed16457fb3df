import { computed, type ComputedRef } from 'vue'
import { account } from '@/core/account'
import { loadDraft, newErrand } from '@/core/drafts'
import { enqueueErrand } from '@/core/outbox'
import type { ErrandDraft, ErrandFields } from '@/core/types'
import { useWords } from '@/use/useWords'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useHandIn } from '@/field/shell/useHandIn'
import { useOwnGrid } from '@/field/shell/useOwnGrid'
import { finished } from './form'

export interface Errand extends OpenDraft<ErrandDraft> {
  fields: ComputedRef<ErrandFields>
  /** `given`: what the address of the page says already. */
  start(id: string | undefined, given: ErrandFields): Promise<void>
  set(part: ErrandFields): Promise<void>
  send(): Promise<boolean>
  drop(): Promise<void>
}

/** One delivery, publicity or call, from the first tap to the queue; everything it knows is in the draft. */
export function useErrand(): Errand {
  const open = useDraft<ErrandDraft>()
  const { t } = useWords()
  const fields = computed<ErrandFields>(() => open.draft.value?.fields ?? {})
  const handIn = useHandIn(open, { enqueue: (draft) => enqueueErrand(finished(draft)), to: '/errands', saved: t('field.errand.saved'), home: '/patrols' })
  return {
    ...open,
    fields,
    set: (part) => open.change({ fields: { ...fields.value, ...part } }),
    start: useOpening(open),
    ...handIn,
  }
}

function useOpening(open: OpenDraft<ErrandDraft>): Errand['start'] {
  const ownGrid = useOwnGrid()
  return async (id, given) => {
    const kept = id ? await loadDraft(id).catch(() => null) : null
    await open.open(kept?.kind === 'errand' ? kept : newErrand(await begun(given)))
    if (open.draft.value && !id) history.replaceState(history.state, '', `/field/errand/${open.draft.value.id}`)
  }
  async function begun(given: ErrandFields): Promise<ErrandFields> {
    const known = given.object_id ? await account().db.objects.get(given.object_id) : undefined
    const { object_id: _named, ...rest } = given
    return { ...rest, grid_id: (await ownGrid()) || null, ...(known && { object_id: known.id, place: known.name }) }
  }
}
