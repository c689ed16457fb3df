import { computed, type ComputedRef, type ShallowRef } from 'vue'
import type { ChecklistVersion, PatrolTask } from '@/contract'
import { currentAccount } from '@/core/account'
import { useLive } from './useLive'
import { useStore } from './useStore'

/** Tasks and checklists as the phone has them; all work offline. */
export function usePatrols(): {
  tasks: Readonly<ShallowRef<PatrolTask[]>>
  lists: Readonly<ShallowRef<ChecklistVersion[]>>
  /** The newest version of each list in use, for a look that nobody has asked for. */
  inUse: ComputedRef<ChecklistVersion[]>
} {
  const present = useStore(currentAccount)
  const source = [() => present.value?.personId]
  const open = currentAccount
  const tasks = useLive(async () => (await open.get()?.db.tasks.toArray()) ?? [], [] as PatrolTask[], source)
  const lists = useLive(async () => (await open.get()?.db.checklists.toArray()) ?? [], [] as ChecklistVersion[], source)
  const ids = useLive(async () => ((await open.get()?.db.meta.get('list_ids'))?.value as string[] | undefined) ?? [], [] as string[], source)
  const inUse = computed(() => newest(lists.value.filter((list) => ids.value.includes(list.id))))
  return { tasks, lists, inUse }
}

function newest(lists: readonly ChecklistVersion[]): ChecklistVersion[] {
  const byKey = new Map<string, ChecklistVersion>()
  for (const list of lists) {
    const known = byKey.get(list.key)
    if (!known || known.number < list.number) byKey.set(list.key, list)
  }
  return [...byKey.values()]
}
