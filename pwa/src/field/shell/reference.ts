import { effectScope } from 'vue'
import type { Category } from '@/contract'
import { useReference } from '@/use/useHazards'
import { useWords } from '@/use/useWords'

type Reference = ReturnType<typeof useReference>
let shared: Reference | null = null

/** Read once for the whole app: cards in a list must not each watch the database. It follows the account. */
export function useSharedReference(): Reference & { nameOf(code: string): string; textOf(category: Category): string } {
  const reference = (shared ??= effectScope(true).run(useReference) as Reference)
  const { lang } = useWords()
  const textOf = (category: Category): string => (lang.value === 'en' ? category.name_en : category.name)
  return {
    ...reference,
    textOf,
    nameOf(code) {
      const found = (reference.rules.value?.categories ?? []).find((one) => one.code === code)
      return found ? textOf(found) : code
    },
  }
}
