import { computed, type ComputedRef } from 'vue'
import type { PhotoLike } from '@/ui/pictures'
import { useLocalPhotos } from '@/field/shell/useLocalPhotos'
import type { OpenStep } from '@/field/shell/useStep'

/** The last photo of an open step, whole, and taking it once more. */
export function useFreshShot(step: OpenStep): { fresh: ComputedRef<PhotoLike | undefined>; retake: () => Promise<void> } {
  const last = computed(() => step.shots.value.slice(-1)[0])
  const whole = useLocalPhotos(() => (last.value ? [last.value.id] : []), true)
  return {
    fresh: computed(
      () =>
        last.value && {
          id: last.value.id,
          role: last.value.role,
          localUrl: whole.value.get(last.value.id) ?? last.value.url,
          taken_at: new Date(last.value.takenAt).toISOString(),
        },
    ),
    async retake() {
      if (last.value) await step.dropShot(last.value.id)
      await step.change({ step: 'camera' })
    },
  }
}
