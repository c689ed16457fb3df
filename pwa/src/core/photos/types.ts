import type { PhotoRole, PhotoSource } from '@/contract'
import type { GridDb } from '@/core/db'
import type { Fix, PhotoRow } from '@/core/types'

export interface Picture {
  bytes: ArrayBuffer
  type: string
  width: number
  height: number
}

/** Canvas work; a simulator gives a fake. */
export interface Imaging {
  /** At most `edge` px on the long side, JPEG, right way up. Raises CoreError not_an_image. */
  shrink(blob: Blob, edge: number, quality: number): Promise<Picture>
  /** The picture with a band of text lines at its foot. */
  stamp(blob: Blob, lines: string[]): Promise<Blob>
}

export interface PhotosDeps {
  db: GridDb
  now(): number
  imaging: Imaging
  newId?(): string
}

export interface CaptureOptions {
  role: PhotoRole
  source: PhotoSource
  position?: Fix | null
  /** Device time; default now. */
  takenAt?: number
}

export interface Captured {
  photoId: string
  sha256: string
  size: number
  /** An object URL of the 320 px picture; revoke it when the page lets go. */
  thumbUrl: string
}

export interface Photos {
  /**
   * Shrinks to 1600 px JPEG, hashes, stores strictly, reads back, hashes again; only then answers.
   * Raises CoreError: storage_full, photo_damaged, not_an_image.
   */
  capture(blob: Blob, options: CaptureOptions): Promise<PhotoRow>
  row(photoId: string): Promise<PhotoRow | null>
  /** Full picture while the phone has it, else null. */
  blob(photoId: string): Promise<Blob | null>
  thumb(photoId: string): Promise<Blob | null>
  /** A copy with a visible stamp (time, place, grid); the original stays as it was. */
  stamped(photoId: string, lines: string[]): Promise<Blob | null>
  /** Takes a photo out of an open draft; a queued one stays. */
  remove(photoId: string): Promise<void>
  /** Bytes that the server has completely, and thumbnails older than 30 days. */
  purge(): Promise<void>
}
