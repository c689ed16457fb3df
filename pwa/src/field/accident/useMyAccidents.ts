import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { AccidentRow } from '@/contract'
import { account } from '@/core/account'
import { api } from '@/core/api'

const KEPT = 'accidents'
const MOST = 50

/** Accidents that the person may see, as the server last told them; the copy lies on the phone. */
export function useMyAccidents(): {
  rows: ShallowRef<AccidentRow[]>
  isOffline: Ref<boolean>
  /** From the phone, at once; a phone that does not give it has none. */
  read(): Promise<void>
  /** From the server; without it the copy stays. */
  load(): Promise<void>
} {
  const rows = shallowRef<AccidentRow[]>([])
  const isOffline = ref(false)
  return {
    rows,
    isOffline,
    async read() {
      const kept = await account().db.meta.get(KEPT).catch(() => undefined)
      rows.value = (kept?.value as AccidentRow[] | undefined) ?? rows.value
    },
    async load() {
      const { data } = await api.GET('/api/accidents', { params: { query: { limit: MOST } } }).catch(() => ({ data: undefined }))
      isOffline.value = !data
      if (!data) return
      rows.value = data.items
      await account().db.meta.put({ key: KEPT, value: data.items }).catch(() => undefined)
    },
  }
}
