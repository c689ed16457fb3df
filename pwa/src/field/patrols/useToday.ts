import { computed, onMounted, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { countyDay } from '@/core/clock'
import { listDrafts } from '@/core/drafts'
import type { Fix, VisitDraft } from '@/core/types'
import { useNow } from '@/use/useNow'
import { useOutbox } from '@/use/useOutbox'
import { usePatrols } from '@/use/usePatrols'
import { useSettledPlace } from '@/field/shell/useSettledPlace'
import { inOrder, underWay, type Near } from './order'

/** Today's places, nearest first (from the last place known, or `fix` where that is elsewhere), and those of the next days; each with its unfinished visit, if any. */
export function useToday(fix: Readonly<ShallowRef<Fix | null>> = shallowRef(null)): {
  today: ComputedRef<string>
  due: ComputedRef<Near[]>
  later: ComputedRef<Near[]>
  /** The order will stay: nothing is shown before. */
  isSettled: Ref<boolean>
  /** As `usePatrols` says it. */
  isKnown: ComputedRef<boolean | null>
  draftOf(taskId: string): string | undefined
} {
  const { tasks, isKnown } = usePatrols()
  const { items } = useOutbox()
  const now = useNow()
  const { isSettled, from, here } = useSettledPlace(fix)
  const drafts = shallowRef<VisitDraft[]>([])
  const today = computed(() => countyDay(now.value))
  const open = computed(() => {
    const gone = underWay(items.value)
    return tasks.value.filter((task) => !gone.has(task.id))
  })
  onMounted(async () => {
    const found = await listDrafts().catch(() => [])
    drafts.value = found.flatMap((draft) => (draft.kind === 'visit' && draft.answers.length > 0 ? draft : []))
  })
  return {
    today,
    isKnown,
    isSettled,
    due: computed(() => inOrder(open.value.filter((task) => task.due_on <= today.value), from.value, here.value)),
    later: computed(() => inOrder(open.value.filter((task) => task.due_on > today.value), from.value, here.value)),
    draftOf: (taskId) => drafts.value.find((draft) => draft.taskId === taskId)?.id,
  }
}
