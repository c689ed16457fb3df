import { useRouter } from 'vue-router'

/** Back where the person came from; a deep link goes up to `above` instead. */
export function useBack(): (above: string) => Promise<void> {
  const router = useRouter()
  return async (above) => {
    const { back } = (window.history.state ?? {}) as { back?: unknown }
    if (back) router.back()
    else await router.replace(above)
  }
}
