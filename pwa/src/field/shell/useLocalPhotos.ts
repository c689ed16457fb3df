import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { photoUrl, thumbUrl } from '@/core/photos'

/** Object URLs of those photos that lie on this phone; the rest comes from the server. */
export function useLocalPhotos(ids: () => readonly string[], isWhole = false): ShallowRef<Map<string, string>> {
  const urls = shallowRef(new Map<string, string>())
  const free = (): void => urls.value.forEach((url) => URL.revokeObjectURL(url))
  let isGone = false
  onScopeDispose(() => {
    isGone = true
    free()
  })
  async function load(wanted: readonly string[]): Promise<void> {
    const found = await Promise.all(wanted.map(async (id) => [id, await urlOf(id, isWhole)] as const))
    const next = new Map(found.flatMap(([id, url]) => (url ? [[id, url] as const] : [])))
    if (isGone) return next.forEach((url) => URL.revokeObjectURL(url))
    free()
    urls.value = next
  }
  watch(
    () => ids().join(' '),
    (joined) => void load(joined === '' ? [] : joined.split(' ')).catch(() => undefined),
    { immediate: true },
  )
  return urls
}

async function urlOf(id: string, isWhole: boolean): Promise<string | null> {
  return (isWhole ? await photoUrl(id) : null) ?? (await thumbUrl(id))
}
