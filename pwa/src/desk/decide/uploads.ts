import type { PhotoPromise, PhotoReceipt } from '@/contract'
import { openAccount } from '@/core/account'
import { isOurs, problemOf } from '@/core/api'
import { contentDigest } from '@/core/hash'
import { Refused } from '@/desk/data/ask'
import { me } from '@/desk/data/me'

/** A photo from this computer: shrunk, hashed and kept like one from a phone, then sent at once. */
export async function upload(file: File, role: PhotoPromise['role'] = 'after'): Promise<{ promise: PhotoPromise; url: string }> {
  const { photos } = openAccount(me.value?.id ?? '')
  const takenAt = file.lastModified || Date.now()
  const row = await photos.capture(file, { role, source: 'album', takenAt })
  const blob = await photos.blob(row.id)
  if (!blob) throw new Refused(0, problemOf(null))
  await send(row.id, row.sha256, blob)
  const promise: PhotoPromise = {
    photo_id: row.id, sha256: row.sha256, size: row.size, role, source: 'album',
    taken_at: new Date(takenAt).toISOString(),
  }
  const url = URL.createObjectURL(blob)
  await photos.remove(row.id)
  return { promise, url }
}

async function send(id: string, sha256: string, blob: Blob): Promise<void> {
  const response = await fetch(`/api/photos/${id}`, {
    method: 'PUT',
    credentials: 'same-origin',
    headers: { 'Content-Type': blob.type, 'Content-Digest': contentDigest(sha256) },
    body: blob,
  }).catch(() => null)
  if (!response) throw new Refused(0, problemOf(null))
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok || !isOurs(response)) throw new Refused(response.status, problemOf(answer))
  const { receipt } = answer as PhotoReceipt
  if (receipt.id !== id || receipt.sha256 !== sha256) throw new Refused(0, problemOf(null))
}
