/** What was typed and not sent, for desks: on this computer, each person's own, gone when that person signs out. */
const STORED = 'safegrid.unfinished.'
const keyOf = (person: string, about: string): string => `${STORED}${person}.${about}`

/** A full or forbidden storage costs the second copy only: what is typed stands in the form. */
export function keepUnfinished(person: string, about: string, value: unknown): void {
  try {
    localStorage.setItem(keyOf(person, about), JSON.stringify(value))
  } catch {
    dropUnfinished(person, about)
  }
}

/** Null where there is none; whoever asks looks whether it has the shape. */
export function readUnfinished(person: string, about: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(keyOf(person, about)) ?? 'null')
  } catch {
    return null
  }
}

export function dropUnfinished(person: string, about: string): void {
  localStorage.removeItem(keyOf(person, about))
}

/** Signing out. */
export function forgetUnfinished(person: string): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(keyOf(person, ''))) localStorage.removeItem(key)
}
