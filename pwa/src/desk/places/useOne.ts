import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export const NEW = 'new'

/** The thing that is open beside its list, by the address; `new` opens an empty form. */
export function useOne(name: string): { here: ComputedRef<string | undefined>; open: (id?: string) => Promise<unknown> } {
  const route = useRoute()
  const router = useRouter()
  const here = computed(() => {
    const id = route.params['id']
    return typeof id === 'string' && id ? id : undefined
  })
  return { here, open: (id) => router.push({ name, params: id ? { id } : {} }) }
}
