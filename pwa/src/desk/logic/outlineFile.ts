/** A FeatureCollection as the browser reads it: to offer its properties, and to give back what was not taken. */
import type { Crs, OutlineRow } from '@/contract'

export interface Feature {
  type?: string
  properties?: Record<string, unknown> | null
  geometry?: unknown
}
export interface OutlineFile {
  features: Feature[]
  /** By name, with the first value that stands there. */
  properties: { name: string; sample: string }[]
  /** Where the file itself names its coordinates. */
  crs: Crs | ''
}
/** Properties of more features than these are looked at no further. */
const LOOKED_AT = 200
const CODE = /^\d{9,}[0-9A-Z]*$/

/** Null for what is no FeatureCollection. */
export function readOutlines(text: string): OutlineFile | null {
  const raw = parsed(text)
  const features = raw?.features
  if (!Array.isArray(features) || !features.length) return null
  return { features: features as Feature[], properties: propertiesOf(features as Feature[]), crs: crsOf(JSON.stringify(raw?.crs) ?? '') }
}
function propertiesOf(features: readonly Feature[]): OutlineFile['properties'] {
  const seen = new Map<string, string>()
  const all = features.slice(0, LOOKED_AT).flatMap((one) => Object.entries(one.properties ?? {}))
  for (const [name, value] of all) if (isWord(value) && !seen.has(name)) seen.set(name, String(value))
  return [...seen].map(([name, sample]) => ({ name, sample }))
}
function parsed(text: string): { features?: unknown; crs?: unknown } | null {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as { features?: unknown; crs?: unknown } | null
  } catch {
    return null
  }
}
const isWord = (value: unknown): boolean => (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
function crsOf(named: string): Crs | '' {
  if (/\b4490\b/.test(named)) return 'cgcs2000'
  return /\b4326\b|CRS84/.test(named) ? 'wgs84' : ''
}

/** By what the grids are most likely known: a long number is a code, else something called a name. */
export function guessed(file: OutlineFile): { match: 'code' | 'name'; named_by: string } {
  const code = file.properties.find(({ sample }) => CODE.test(sample))
  if (code) return { match: 'code', named_by: code.name }
  const name = file.properties.find(({ name: word }) => /名|name/i.test(word)) ?? file.properties[0]
  return { match: 'name', named_by: name?.name ?? '' }
}

/** What was not taken, as the same kind of file: mended, it can be sent again. */
export function leftOut(file: OutlineFile, rows: readonly OutlineRow[], title: string, why: (row: OutlineRow) => string): string {
  const features = rows.flatMap((row) => {
    const one = file.features[row.n - 1]
    return one ? [{ ...one, properties: { ...one.properties, [title]: why(row) } }] : []
  })
  return JSON.stringify({ type: 'FeatureCollection', features })
}
