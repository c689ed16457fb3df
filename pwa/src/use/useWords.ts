import { computed, type ComputedRef } from 'vue'
import { lang, setLang, t, wordFor, type Lang } from '@/words'

/** `t` is reactive: a change of language redraws every sentence. */
export function useWords(): {
  t: typeof t
  wordFor: typeof wordFor
  lang: ComputedRef<Lang>
  setLang: typeof setLang
} {
  return { t, wordFor, lang: computed(lang), setLang }
}
