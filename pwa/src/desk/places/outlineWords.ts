import type { OutlineRow } from '@/contract'
import { lang } from '@/words'
import { useWords } from '@/use/useWords'

const HECTARE = 10_000
const WORTH_SAYING = 0.005
export const hectares = (metres: number): string => (metres ? (metres / HECTARE).toFixed(metres < HECTARE ? 2 : 1) : '0')

/** What is said of a feature of a file, on the screen and in the file of what was left out. */
export function useOutlineWords() {
  const { t } = useWords()
  const isTaken = (row: OutlineRow): boolean => row.verdict === 'good'
  function doubts(row: OutlineRow): string[] {
    if (!isTaken(row)) return []
    const outside = row.outside > WORTH_SAYING ? [t('desk.outline.outside', { n: Math.ceil(row.outside * 100) })] : []
    const on = row.overlaps.map((one) => t('desk.outline.overlap', { name: one.name, n: hectares(one.square_metres) }))
    const free = row.strips ? [t('desk.outline.strips', { count: row.strips, n: hectares(row.free) })] : []
    return [...outside, ...on, ...free]
  }
  function whyOf(row: OutlineRow): string {
    if (row.verdict === 'broken') return lang() === 'en' ? row.why_en : row.why_zh
    return t(`desk.outlines.verdict.${row.verdict}`)
  }
  return { isTaken, doubts, whyOf }
}
