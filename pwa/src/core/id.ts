import { v7 } from 'uuid'

/** A UUID v7: sorts by time, made once on this device and never again. */
export function newId(): string {
  return v7()
}
