import type { Category, ObjectView } from '@/contract'
import type { ReportDraft, ReportFields } from '@/core/types'

/** What the person chooses; `major` is only ever a suspicion until a desk confirms it (S3-38). */
export type LevelChoice = 'general' | 'serious' | 'major'
export type Missing = 'photo' | 'category'

export const MOST_PHOTOS = 3

export function missingOf(draft: ReportDraft, photoCount: number): Missing[] {
  const missing: Missing[] = []
  if (photoCount === 0 && !draft.fields.no_photo_reason?.trim()) missing.push('photo')
  if (!draft.fields.category_code) missing.push('category')
  return missing
}

export function levelOf(fields: ReportFields): LevelChoice {
  return fields.is_suspected_major ? 'major' : (fields.level ?? 'general')
}

export function withLevel(fields: ReportFields, choice: LevelChoice): ReportFields {
  const isMajor = choice === 'major'
  const isUrgent = isMajor && (fields.is_suspected_major ? (fields.is_urgent ?? true) : true)
  return { ...fields, level: choice, is_suspected_major: isMajor, is_urgent: isUrgent }
}

/** A tap on a tile presets the level, until the person has chosen one. */
export function withCategory(fields: ReportFields, category: Category, isLevelChosen: boolean): ReportFields {
  const chosen = { ...fields, category_code: category.code }
  return isLevelChosen ? chosen : withLevel(chosen, category.default_level)
}

/** For a phone that lost its signal before the county's categories came; the presets end with it. */
export const OTHER: Category = { code: 'other', name: '其他', name_en: 'Other', icon: 'other', default_level: 'general', position: 0, is_active: true }

/** The tiles: last used first, then as the county has ordered them. */
export function tilesOf(categories: readonly Category[], lastUsed: readonly string[]): Category[] {
  const rank = (category: Category): number => {
    const at = lastUsed.indexOf(category.code)
    return at < 0 ? lastUsed.length : at
  }
  return categories
    .filter((category) => category.is_active)
    .sort((a, b) => rank(a) - rank(b) || a.position - b.position)
}

export interface Nearby {
  object: ObjectView
  metres: number
}

/** Farther than this is no guess any more. */
const NEAR_M = 100

export function nearestOf(
  objects: readonly ObjectView[],
  metresTo: (place: { lat: number; lon: number }) => number,
): Nearby[] {
  return objects
    .flatMap((object) =>
      object.lat === null || object.lon === null
        ? []
        : [{ object, metres: metresTo({ lat: object.lat, lon: object.lon }) }],
    )
    .sort((a, b) => a.metres - b.metres)
}

export const isNear = (nearby: Nearby | undefined): nearby is Nearby =>
  nearby !== undefined && nearby.metres <= NEAR_M

export function withObject(fields: ReportFields, object: ObjectView | null): ReportFields {
  return {
    ...fields,
    enterprise_id: object?.id ?? null,
    place: object?.name ?? '',
    grid_id: object?.grid.id ?? fields.grid_id ?? null,
  }
}

