import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { PhotoRole, PhotoSource } from '@/contract'
import { saveDraft } from '@/core/drafts'
import { coreError, type CoreErrorCode } from '@/core/errors'
import { capture, photoRow, removePhoto, thumbUrl } from '@/core/photos'
import type { Draft, Fix } from '@/core/types'
import { useHeldUpdate } from '@/use/usePhone'

/** A photo of the open draft, as the strip shows it. */
export interface Shot {
  id: string
  role: PhotoRole
  url: string
  takenAt: number
}

export interface OpenDraft<D extends Draft> {
  draft: ShallowRef<D | null>
  shots: ShallowRef<Shot[]>
  /** Why the last thing could not be kept: `error.<code>`. */
  trouble: ShallowRef<CoreErrorCode | null>
  open(draft: D): Promise<void>
  /** Kept at once; saves stand in line, so the last one wins. */
  change(part: Partial<D>): Promise<void>
  addShot(blob: Blob, role: PhotoRole, source: PhotoSource, position: Fix | null): Promise<boolean>
  dropShot(id: string): Promise<void>
  /** All saves have landed. */
  settled(): Promise<void>
}

/** The open draft: saved on every change; while it is open no new version is applied. */
export function useDraft<D extends Draft>(): OpenDraft<D> {
  const kept = useKept<D>()
  const { draft, trouble, change } = kept
  const shots = shallowRef<Shot[]>([])
  const ids = (): Partial<D> => ({ photoIds: shots.value.map((shot) => shot.id) }) as Partial<D>
  useHeldUpdate()
  onScopeDispose(() => shots.value.forEach((shot) => URL.revokeObjectURL(shot.url)))

  async function open(next: D): Promise<void> {
    draft.value = next
    const found = await Promise.all(next.photoIds.map(shotOf))
    shots.value = found.flatMap((shot) => shot ?? [])
    await change({})
  }
  async function addShot(blob: Blob, role: PhotoRole, source: PhotoSource, position: Fix | null): Promise<boolean> {
    try {
      const taken = await capture(blob, { role, source, position })
      shots.value = [...shots.value, { id: taken.photoId, role, url: taken.thumbUrl, takenAt: Date.now() }]
      await change(ids())
      return trouble.value === null
    } catch (error) {
      trouble.value = coreError(error).code
      return false
    }
  }
  async function dropShot(id: string): Promise<void> {
    shots.value = shots.value.filter((shot) => shot.id !== id)
    await change(ids())
    await removePhoto(id)
  }
  return { ...kept, shots, open, addShot, dropShot }
}

/** The text of the draft; saves stand in line. */
function useKept<D extends Draft>(): Pick<OpenDraft<D>, 'draft' | 'trouble' | 'change' | 'settled'> {
  const draft: ShallowRef<D | null> = shallowRef(null)
  const trouble = shallowRef<CoreErrorCode | null>(null)
  let saving: Promise<void> = Promise.resolve()

  async function keep(present: D): Promise<void> {
    try {
      await saveDraft(present)
      trouble.value = null
    } catch (error) {
      trouble.value = coreError(error).code
    }
  }
  function change(part: Partial<D>): Promise<void> {
    const present = draft.value
    if (!present) return saving
    const next = { ...present, ...part }
    draft.value = next
    saving = saving.then(() => keep(next))
    return saving
  }
  return { draft, trouble, change, settled: () => saving }
}

async function shotOf(id: string): Promise<Shot | null> {
  const [row, url] = await Promise.all([photoRow(id), thumbUrl(id)])
  return row && url ? { id, role: row.role, url, takenAt: row.takenAt } : null
}
