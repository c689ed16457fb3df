/** The photos of whoever is signed in on this phone. */
import { account } from '@/core/account'
import type { PhotoRow } from '@/core/types'
import type { CaptureOptions, Captured } from './types'

export type { CaptureOptions, Captured } from './types'

export async function capture(blob: Blob, options: CaptureOptions): Promise<Captured> {
  const row = await account().photos.capture(blob, options)
  const url = await thumbUrl(row.id)
  return { photoId: row.id, sha256: row.sha256, size: row.size, thumbUrl: url ?? '' }
}

/** An object URL of the 320 px picture (full picture if there is no small one); null if neither is here. */
export async function thumbUrl(photoId: string): Promise<string | null> {
  const { photos } = account()
  const blob = (await photos.thumb(photoId)) ?? (await photos.blob(photoId))
  return blob && URL.createObjectURL(blob)
}

/** An object URL of the full picture while the phone has it. */
export async function photoUrl(photoId: string): Promise<string | null> {
  const blob = await account().photos.blob(photoId)
  return blob && URL.createObjectURL(blob)
}

export const photoRow = (photoId: string): Promise<PhotoRow | null> => account().photos.row(photoId)
export const stamped = (photoId: string, lines: string[]): Promise<Blob | null> =>
  account().photos.stamped(photoId, lines)
export const removePhoto = (photoId: string): Promise<void> => account().photos.remove(photoId)
