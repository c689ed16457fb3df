import { ref, type Ref } from 'vue'
import { wordsOf } from '@/desk/data/ask'
import { useToast } from '@/use/useToast'
import { useWords } from '@/use/useWords'

/** Runs a change, says it is saved, or keeps the refusal for the page. Answers whether it went. */
export function useSaving(): { problem: Ref<string>; save: (work: () => Promise<unknown>) => Promise<boolean> } {
  const problem = ref('')
  const { toast } = useToast()
  const { t } = useWords()
  async function save(work: () => Promise<unknown>): Promise<boolean> {
    problem.value = ''
    try {
      await work()
      toast(t('desk.saved'))
      return true
    } catch (failure) {
      problem.value = wordsOf(failure)
      return false
    }
  }
  return { problem, save }
}
