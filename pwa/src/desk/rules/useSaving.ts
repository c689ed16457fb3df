import { ref, type Ref } from 'vue'
import { Refused, wordsOf } from '@/desk/data/ask'
import { useToast } from '@/use/useToast'
import { useWords } from '@/use/useWords'

interface Saving {
  problem: Ref<string>
  /** The fields that the refusal names, for forms that say it there. */
  fields: Ref<readonly string[]>
  save: (work: () => Promise<unknown>) => Promise<boolean>
}

/** Runs a change, says it is saved, or keeps the refusal for the page. Answers whether it went. */
export function useSaving(): Saving {
  const problem = ref('')
  const fields = ref<readonly string[]>([])
  const { toast } = useToast()
  const { t } = useWords()
  async function save(work: () => Promise<unknown>): Promise<boolean> {
    problem.value = ''
    fields.value = []
    try {
      await work()
      toast(t('desk.saved'))
      return true
    } catch (failure) {
      problem.value = wordsOf(failure)
      fields.value = failure instanceof Refused ? failure.problem.fields : []
      return false
    }
  }
  return { problem, fields, save }
}
