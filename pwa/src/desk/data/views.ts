import { shallowRef } from 'vue'
import type { Views } from '@/contract'
import { newId } from '@/core/id'
import type { Filters } from '@/desk/logic/filters'
import { deleteView, listViews, saveView } from './cases'

/** Queues and saved views with their counts; one copy for the rail, the list and the banner. */
export const views = shallowRef<Views | null>(null)

export async function refreshViews(): Promise<void> {
  views.value = await listViews().catch(() => views.value)
}

export async function keepView(name: string, filters: Filters): Promise<void> {
  views.value = await saveView(newId(), name, filters, views.value?.saved.length ?? 0)
}

export async function renameView(id: string, name: string): Promise<void> {
  const view = views.value?.saved.find((one) => one.id === id)
  if (view) views.value = await saveView(id, name, view.filters, view.position)
}

export async function forgetView(id: string): Promise<void> {
  views.value = await deleteView(id)
}
