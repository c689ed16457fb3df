import { computed, type ComputedRef } from 'vue'
import type { ChecklistVersion, PatrolTask } from '@/contract'
import { currentAccount } from '@/core/account'
import { useLive } from './useLive'
import { useStore } from './useStore'

interface Kept {
  tasks: PatrolTask[]
  lists: ChecklistVersion[]
  /** Lists in use; null = the server's plan has never come into this phone. */
  inUse: string[] | null
}

/** Tasks and checklists as the phone has them; all work offline. */
export function usePatrols(): {
  tasks: ComputedRef<PatrolTask[]>
  /** Null until the phone's database has answered; false = the plan, or a list of its, has not come yet. */
  isKnown: ComputedRef<boolean | null>
  /** The newest version of each list in use, for a look that nobody has asked for. */
  inUse: ComputedRef<ChecklistVersion[]>
} {
  const present = useStore(currentAccount)
  const kept = useLive(read, null, [() => present.value?.personId])
  return {
    tasks: computed(() => kept.value?.tasks ?? []),
    isKnown: computed(() => kept.value && isWhole(kept.value)),
    inUse: computed(() => newestOf(kept.value?.lists ?? [], kept.value?.inUse ?? [])),
  }
}

/** All three from one answer: tasks are never shown without it being known whether they are all. */
async function read(): Promise<Kept | null> {
  const db = currentAccount.get()?.db
  if (!db) return null
  const [tasks, lists, ids] = await Promise.all([db.tasks.toArray(), db.checklists.toArray(), db.meta.get('list_ids')])
  return { tasks, lists, inUse: (ids?.value as string[] | undefined) ?? null }
}

/** A task is kept back until the questions that belong to it are here. */
const isWhole = ({ lists, inUse }: Kept): boolean => inUse?.every((id) => lists.some((list) => list.id === id)) ?? false

/** Of the lists with these ids, the newest version of each. */
export function newestOf(lists: readonly ChecklistVersion[], ids: readonly string[]): ChecklistVersion[] {
  const byKey = new Map<string, ChecklistVersion>()
  for (const list of lists.filter(({ id }) => ids.includes(id))) {
    const known = byKey.get(list.key)
    if (!known || known.number < list.number) byKey.set(list.key, list)
  }
  return [...byKey.values()]
}
