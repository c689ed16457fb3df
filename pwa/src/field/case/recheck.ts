import type { ActionFields } from '@/core/types'
import type { Key } from '@/words'

export type Finding = 'pass_recheck' | 'fail_recheck'

/** What is still missing, in the order of the form. Words are welcome, never asked for. */
export function lackingForRecheck(finding: Finding | null, hasPhoto: boolean): Key | null {
  if (!hasPhoto) return 'field.verify.need_photo'
  return finding === null ? 'field.recheck.need_finding' : null
}

/** What was seen, and from where if it was far away. */
export function fieldsForRecheck(fields: ActionFields, whereabouts: string): ActionFields {
  const note = [fields.note?.trim(), whereabouts].filter(Boolean).join('')
  return { position: fields.position ?? null, ...(note ? { note } : {}) }
}
