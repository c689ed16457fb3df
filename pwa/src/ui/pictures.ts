import type { PhotoView } from '@/contract'

/** As much of a photo as it takes to show it; one that has not left the phone has no more. */
export interface PhotoLike extends Partial<Omit<PhotoView, 'id' | 'role'>> {
  id: string
  role: PhotoView['role']
  /** Bytes on this phone; without it the server's derivative is shown. */
  localUrl?: string
}

export const thumbOf = (photo: PhotoLike): string => photo.localUrl ?? `/api/photos/${photo.id}/thumb`
export const viewOf = (photo: PhotoLike): string => photo.localUrl ?? `/api/photos/${photo.id}/view`

/** Without a status it lies on this phone and can be shown. */
export const isShowable = (photo: PhotoLike): boolean =>
  photo.localUrl !== undefined || photo.status === undefined || photo.status === 'ready'

/** The photos to lay side by side: the first of what was found, the last of what was done. */
export function pairOf(photos: readonly PhotoLike[]): { before?: PhotoLike; after?: PhotoLike } {
  return {
    before: photos.find((photo) => photo.role === 'before'),
    after: photos.findLast((photo) => photo.role === 'after'),
  }
}
