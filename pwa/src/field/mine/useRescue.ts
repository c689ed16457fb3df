import { ref, type Ref } from 'vue'
import { exportUnsent, importUnsent } from '@/core/rescue'
import { chinaDate } from '@/core/clock'
import { useWords } from '@/use/useWords'
import { saveFile } from '@/field/shell/saveFile'

/** Unsent records leave and enter as one file; the records in the phone stay as they are. */
export function useRescue(): { said: Ref<string>; isBusy: Ref<boolean>; exportFile(): Promise<boolean>; importFile(file: File): Promise<void> } {
  const { t } = useWords()
  const said = ref('')
  const isBusy = ref(false)

  async function exportFile(): Promise<boolean> {
    isBusy.value = true
    try {
      await saveFile(await exportUnsent(), `safegrid-${chinaDate(Date.now())}.json`, 'application/json')
      said.value = t('field.rescue.exported')
      return true
    } catch {
      said.value = t('error.unknown')
      return false
    } finally {
      isBusy.value = false
    }
  }
  async function importFile(file: File): Promise<void> {
    isBusy.value = true
    const result = await importUnsent(file).catch(() => ({ ok: false as const, problem: 'unreadable' as const, name: '' }))
    said.value = result.ok
      ? t('field.rescue.imported', { n: result.added })
      : t(`rescue.${result.problem}`, { name: result.name })
    isBusy.value = false
  }
  return { said, isBusy, exportFile, importFile }
}
