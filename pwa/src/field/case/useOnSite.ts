import { computed, watch, type ComputedRef } from 'vue'
import type { Action, PhotoSource } from '@/contract'
import { distanceM } from '@/core/place'
import type { ActionFields } from '@/core/types'
import { useWords } from '@/use/useWords'
import { useBack } from '@/field/shell/useBack'
import { positionOf, usePlace } from '@/field/shell/usePlace'
import { useStep, type OpenStep } from '@/field/shell/useStep'
import { useCase, type OpenCase } from './useCase'

export interface OnSite extends Pick<OpenCase, 'hazard' | 'photos'> {
  step: OpenStep
  isCamera: ComputedRef<boolean>
  /** Why the photo could not be kept. */
  words: ComputedRef<string | undefined>
  /** Metres between the phone and the case; null while either is unknown. */
  metres: ComputedRef<number | null>
  /** False: it could not be kept, and `words` says why. */
  keep(blob: Blob, source: PhotoSource): Promise<boolean>
  closeCamera(): Promise<void>
  /** Hand in what was found. If that fails the draft is as it was, and `step.trouble` says why. */
  judge(action: Action, fields: (given: ActionFields) => ActionFields, saved: string): Promise<boolean>
}

/** A step in front of the thing: the photo first, then the verdict. */
export function useOnSite(id: string, actions: readonly [Action, ...Action[]]): OnSite {
  const { t } = useWords()
  const back = useBack()
  const { hazard, photos } = useCase(() => id)
  const step = useStep(id, actions, 'camera')
  const { draft, shots, trouble } = step
  const place = usePlace()

  /** The position may be there before the draft is. */
  watch([() => place.fix.value, () => draft.value?.id], ([fix, has]) => {
    if (fix && has) void step.set({ position: positionOf(fix) })
  })
  return {
    hazard,
    photos,
    step,
    isCamera: computed(() => (draft.value?.step ?? 'camera').endsWith('camera')),
    words: computed(() => (trouble.value ? t(`error.${trouble.value}`) : undefined)),
    metres: computed(() => {
      const [at, from] = [hazard.value, draft.value?.fields.position]
      if (!from || !at || at.lat === null || at.lon === null) return null
      return distanceM(from, { lat: at.lat, lon: at.lon })
    }),
    async keep(blob, source) {
      const isKept = await step.addShot(blob, 'after', source, place.fix.value)
      if (isKept) await step.change({ step: 'judge' })
      return isKept
    },
    async closeCamera() {
      if (shots.value.length) return step.change({ step: 'judge' })
      await step.drop()
      await back(`/case/${id}`)
    },
    judge: judging(step),
  }
}

function judging(step: OpenStep): OnSite['judge'] {
  const { draft, trouble } = step
  return async (action, fields, saved) => {
    const present = draft.value
    if (!present) return false
    await step.change({ action, fields: fields(present.fields) })
    if (await step.send(saved)) return true
    const why = trouble.value
    await step.change({ fields: present.fields })
    trouble.value ??= why
    return false
  }
}
