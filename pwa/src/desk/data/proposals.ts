import { computed, shallowRef } from 'vue'
import type { Proposals } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'
import { can } from './me'

/** What of the county is still as the program proposes it; only who may change it is told. */
const found = shallowRef<Proposals>({ bodies: [], routes: [] })
export const proposedBodies = computed(() => new Set(found.value.bodies))
export const proposedRoutes = computed(() => new Set(found.value.routes))

/** Marks are not worth a page that fails: without an answer they stay as they are. */
export async function loadProposals(): Promise<void> {
  if (!can('rules:edit')) return
  found.value = await ask(api.GET('/api/scheme/proposals')).catch(() => found.value)
}
