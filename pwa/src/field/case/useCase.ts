import { computed, onMounted, type ComputedRef } from 'vue'
import type { Action, AllowedAction, HazardView } from '@/contract'
import { useHazard } from '@/use/useHazards'
import { useOnline } from '@/use/useOnline'
import { useOutbox } from '@/use/useOutbox'
import type { PhotoLike } from '@/ui/pictures'
import { isForPhone } from '@/field/shell/steps'
import { useLocalPhotos } from '@/field/shell/useLocalPhotos'

/** Before the others, in this order; what is not here comes after, below 更多. */
const FIRST: readonly Action[] = ['verify', 'sign_for', 'finish', 'finish_part', 'escalate', 'fix_on_site', 'pass_recheck', 'archive']

/** The other end of a page that the first verdict opens. */
const SECOND_VERDICTS = new Set<string>(['reject', 'fail_recheck'])

export interface Steps {
  main: AllowedAction | null
  others: AllowedAction[]
  /** Something the person may do, but only at a desk. */
  isDeskWork: boolean
}

/** What the buttons are: the server's list, in the phone's order. */
export function stepsOf(hazard: HazardView): Steps {
  const mine = hazard.actions.filter((one) => isForPhone(hazard, one.action as Action))
  const wanted = mine.filter((one) => !(one.action === 'finish' && !hazard.is_signed_for))
  const main = FIRST.flatMap((action) => wanted.find((one) => one.action === action) ?? [])[0] ?? null
  const others = mine.filter((one) => one !== main && !SECOND_VERDICTS.has(one.action))
  return { main, others, isDeskWork: mine.length < hazard.actions.length && main === null }
}

export interface OpenCase extends ReturnType<typeof useHazard> {
  photos: ComputedRef<PhotoLike[]>
  /** How many steps for this case still lie in this phone. */
  waiting: ComputedRef<number>
}

/** One case with its pictures, from the phone first. */
export function useCase(id: () => string): OpenCase {
  const open = useHazard(id)
  const { items } = useOutbox()
  const { isRecent } = useOnline()
  const local = useLocalPhotos(() => open.hazard.value?.photos.map((photo) => photo.id) ?? [])
  onMounted(() => void open.refresh())
  return {
    ...open,
    photos: computed(() =>
      (open.hazard.value?.photos ?? []).map((photo) => {
        const localUrl = local.value.get(photo.id)
        const isBetterHere = photo.status !== 'ready' || !isRecent.value
        return localUrl && isBetterHere ? { ...photo, localUrl } : photo
      }),
    ),
    waiting: computed(() => items.value.filter((item) => item.hazardId === id() && item.kind !== 'photo').length),
  }
}
