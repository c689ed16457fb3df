import { computed, type ComputedRef } from 'vue'
import { loadDraft, newAccident } from '@/core/drafts'
import { enqueueAccident } from '@/core/outbox'
import type { AccidentDraft, AccidentFields } from '@/core/types'
import { useSession } from '@/use/useSession'
import { useWords } from '@/use/useWords'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { useHandIn } from '@/field/shell/useHandIn'
import { usePlaced, type Placed } from '@/field/shell/usePlaced'
import { finished, isMore, withPlace } from './form'

export interface Accident extends OpenDraft<AccidentDraft> {
  fields: ComputedRef<AccidentFields>
  placed: Placed
  /** `of`: the accident that is added to, known to this phone or not. */
  start(id: string | undefined, of: string | undefined): Promise<void>
  set(part: AccidentFields): Promise<void>
  send(): Promise<boolean>
  drop(): Promise<void>
}

/** One report of an accident, from the first tap to the queue; everything it knows is in the draft. */
export function useAccident(): Accident {
  const open = useDraft<AccidentDraft>()
  const fields = computed<AccidentFields>(() => open.draft.value?.fields ?? {})
  const set = (part: AccidentFields): Promise<void> => open.change({ fields: { ...fields.value, ...part } })
  const { me } = useSession()
  const { t } = useWords()
  const ground = computed(() => me.value?.seats[0]?.grid?.id ?? null)
  const begin = (of?: string): AccidentDraft => (of ? newAccident({}, of) : newAccident({ grid_id: ground.value }))
  return {
    ...open,
    fields,
    set,
    placed: useGround(open, fields),
    async start(id, of) {
      const kept = id ? await loadDraft(id).catch(() => null) : null
      const draft = kept?.kind === 'accident' ? kept : begin(of)
      return open.open({ ...draft, step: 'form' })
    },
    ...useHandIn(open, { enqueue: (draft) => enqueueAccident(finished({ ...draft, occurredAt: Date.now() })), to: '/accidents', saved: t('field.accident.saved'), home: '/' }),
  }
}

/** A supplement is written anywhere: where it is, the first report has said. */
function useGround(open: OpenDraft<AccidentDraft>, fields: Accident['fields']): Placed {
  return {
    ...usePlaced(open, (draft) => !isMore(draft)),
    fields: computed(() => {
      const { position, object_id, place: words } = fields.value
      return { ...(position && { position }), ...(object_id && { enterprise_id: object_id }), ...(words && { place: words }) }
    }),
    choosePlace: (object, words = '') => open.change({ fields: withPlace(fields.value, object, words) }),
  }
}
