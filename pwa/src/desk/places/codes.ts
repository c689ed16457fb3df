import { nextCode } from '@/desk/data/register'
import { wordsOf } from '@/desk/data/ask'
import { useToast } from '@/use/useToast'
import { useWords } from '@/use/useWords'

/** Asks for the next code of a body; where there is none, says why. */
export function useNextCode(): (organizationId: string) => Promise<string | null> {
  const { lang } = useWords()
  const { toast } = useToast()
  return async (organizationId) => {
    try {
      const found = await nextCode(organizationId)
      if (!found.code) toast(lang.value === 'en' ? found.en : found.zh)
      return found.code
    } catch (failure) {
      toast(wordsOf(failure))
      return null
    }
  }
}

/** What was filled in, by system; blanks are no codes. */
export const filled = (codes: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(codes).map(([system, code]) => [system, code.trim()]).filter(([, code]) => code))

/** 综治 0031；城管 12. */
export const inLine = (codes: Record<string, string>): string =>
  Object.entries(codes).map(([system, code]) => `${system} ${code}`).sort().join('；')
