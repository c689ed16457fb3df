import { qualificationOn, type QualificationState, type Shown } from '@/core/qualification'
import { useWords } from './useWords'

/** What a qualification is called on a day, in a line. */
export function useQualification(): { qualificationWords(shown: Shown, day: string): string; qualificationOn(shown: Shown, day: string): QualificationState } {
  const { t } = useWords()
  return {
    qualificationOn,
    qualificationWords: (shown, day) =>
      t(`qualification.${qualificationOn(shown, day)}`, {
        day: shown.valid_until ?? '',
        what: shown.lacks.map((one) => t(`competence.${one}`)).join(t('qualification.and')),
      }),
  }
}
