import { onScopeDispose, ref, type Ref } from 'vue'

/** Three panes fit side by side. */
export function useWide(): Ref<boolean> {
  const query = window.matchMedia('(min-width: 1200px)')
  const isWide = ref(query.matches)
  const follow = (): void => { isWide.value = query.matches }
  query.addEventListener('change', follow)
  onScopeDispose(() => { query.removeEventListener('change', follow) })
  return isWide
}
