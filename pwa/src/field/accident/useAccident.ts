import { computed, ref, watch, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import type { AccidentRow } from '@/contract'
import { loadDraft, newAccident, removeDraft } from '@/core/drafts'
import { coreError } from '@/core/errors'
import { enqueueAccident, flush } from '@/core/outbox'
import type { AccidentDraft, AccidentFields } from '@/core/types'
import { useSession } from '@/use/useSession'
import { useWords } from '@/use/useWords'
import type { Placed } from '@/field/report/useReport'
import { useBack } from '@/field/shell/useBack'
import { useDraft, type OpenDraft } from '@/field/shell/useDraft'
import { positionOf, usePlace } from '@/field/shell/usePlace'
import { useWithdrawal } from '@/field/shell/useWithdrawal'
import { finished, isMore, withPlace } from './form'

export interface Accident extends OpenDraft<AccidentDraft> {
  fields: ComputedRef<AccidentFields>
  placed: Placed
  start(id: string | undefined, about: AccidentRow | undefined): Promise<void>
  set(part: AccidentFields): Promise<void>
  send(): Promise<void>
  drop(): Promise<void>
}

/** One report of an accident, from the first tap to the queue; everything it knows is in the draft. */
export function useAccident(): Accident {
  const open = useDraft<AccidentDraft>()
  const fields = computed<AccidentFields>(() => open.draft.value?.fields ?? {})
  const set = (part: AccidentFields): Promise<void> => open.change({ fields: { ...fields.value, ...part } })
  const { me } = useSession()
  const ground = computed(() => me.value?.seats[0]?.grid?.id ?? null)
  const begin = (about?: AccidentRow): AccidentDraft => (about ? newAccident({}, about.id) : newAccident({ grid_id: ground.value }))
  return {
    ...open,
    fields,
    set,
    placed: usePlaced(open, fields, set),
    async start(id, about) {
      const kept = id ? await loadDraft(id).catch(() => null) : null
      const draft = kept?.kind === 'accident' ? kept : begin(about)
      return open.open({ ...draft, step: 'form' })
    },
    ...useSending(open),
  }
}

/** Where the phone is goes along with a first report by itself; a supplement is written anywhere. */
function usePlaced(open: OpenDraft<AccidentDraft>, fields: Accident['fields'], set: Accident['set']): Placed {
  const place = usePlace()
  watch([() => place.fix.value, () => open.draft.value?.id], ([fix]) => {
    if (fix && open.draft.value && !isMore(open.draft.value)) void set({ position: positionOf(fix) })
  })
  return {
    place,
    isPlaceChosen: ref(false),
    fields: computed(() => {
      const { position, object_id, place: words } = fields.value
      return { ...(position && { position }), ...(object_id && { enterprise_id: object_id }), ...(words && { place: words }) }
    }),
    choosePlace: (object, words = '') => open.change({ fields: withPlace(fields.value, object, words) }),
  }
}

function useSending(open: OpenDraft<AccidentDraft>): Pick<Accident, 'send' | 'drop'> {
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
        const queued = await enqueueAccident(finished({ ...draft, occurredAt: Date.now() }))
        await router.replace('/accidents')
        sayQueued(t('field.accident.saved'), queued.draftId)
        void flush()
      } catch (error) {
        open.trouble.value = coreError(error).code
      }
    },
    async drop() {
      await open.settled()
      const id = open.draft.value?.id
      open.draft.value = null
      if (id) await removeDraft(id).catch(() => undefined)
      await back('/')
    },
  }
}
