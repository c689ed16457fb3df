import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { ObjectView } from '@/contract'
import type { AccidentDraft, ReportDraft, ReportFields } from '@/core/types'
import type { OpenDraft } from './useDraft'
import { positionOf, usePlace } from './usePlace'

/** What choosing a place needs of a report, whatever it is about. */
export interface Placed {
  fields: ComputedRef<Pick<ReportFields, 'position' | 'enterprise_id' | 'place'>>
  place: ReturnType<typeof usePlace>
  isPlaceChosen: Ref<boolean>
  choosePlace(object: ObjectView | null, words?: string): Promise<void>
}

/** A position older than this belongs to where it happened, not to where the form is filled. */
const STILL_THERE_MS = 10 * 60_000

/**
 * The position goes along by itself while somebody is still there, and a place that stands in the draft is
 * nobody's guess any more, also after a restart. `isAsked`: whether this draft says at all where it is.
 */
export function usePlaced<D extends ReportDraft | AccidentDraft>(open: OpenDraft<D>, isAsked: (draft: D) => boolean = () => true): Pick<Placed, 'place' | 'isPlaceChosen'> {
  const place = usePlace()
  const isPlaceChosen = ref(false)
  const id = computed(() => open.draft.value?.id)
  watch(id, () => (isPlaceChosen.value = Boolean(open.draft.value?.fields.place)), { flush: 'sync' })
  watch([() => place.fix.value, id], ([fix]) => {
    const draft = open.draft.value
    if (!fix || !draft || !isAsked(draft)) return
    const isThere = Date.now() - draft.occurredAt < STILL_THERE_MS
    if (isThere || !draft.fields.position) void open.change({ fields: { ...draft.fields, position: positionOf(fix) } } as Partial<D>)
  })
  return { place, isPlaceChosen }
}
