import { useRouter } from 'vue-router'
import { withdraw } from '@/core/outbox'
import { useToast } from '@/use/useToast'
import { useWords } from '@/use/useWords'
import { routeOfDraft } from './steps'

/** Says that a record is kept, and for five seconds takes it back: 撤回 opens the draft again. */
export function useWithdrawal(): (saved: string, draftId: string) => void {
  const router = useRouter()
  const { t } = useWords()
  const { toast } = useToast()

  async function takeBack(draftId: string): Promise<void> {
    const draft = await withdraw(draftId).catch(() => null)
    toast(t(draft ? 'field.report.withdrawn' : 'field.report.too_late'))
    if (draft) await router.push(routeOfDraft(draft))
  }
  return (saved, draftId) => toast(saved, { action: { text: t('field.report.withdraw'), run: () => takeBack(draftId) } })
}
