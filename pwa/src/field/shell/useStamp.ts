import type { Me } from '@/contract'
import { chinaDate, chinaTime } from '@/core/clock'
import { photoRow, stamped } from '@/core/photos'
import type { PhotoRow } from '@/core/types'
import { useSession } from '@/use/useSession'
import { useWords } from '@/use/useWords'
import { saveFile } from './saveFile'

/** Saves a copy with time, place and grid written on it; the original stays as it was taken. */
export function useStamp(): (photoId: string) => Promise<void> {
  const { t } = useWords()
  const { me } = useSession()
  const whereOf = ({ lat, lon, accuracyM }: PhotoRow): string => {
    if (lat === null || lon === null) return t('place.none')
    const accuracy = accuracyM === null ? '' : t('place.accuracy', { n: Math.round(accuracyM) })
    return `${lat.toFixed(6)}, ${lon.toFixed(6)} ${accuracy}`.trim()
  }
  return async (photoId) => {
    const row = await photoRow(photoId)
    if (!row) return
    const taken = `${chinaDate(row.takenAt)} ${chinaTime(row.takenAt)}`
    const copy = await stamped(photoId, [taken, whereOf(row), whoOf(me.value)])
    if (copy) await saveFile(copy, `${photoId}.jpg`, 'image/jpeg').catch(() => undefined)
  }
}

function whoOf(me: Me | null): string {
  const seat = me?.seats[0]
  return [seat?.grid?.name ?? seat?.organization.short_name, me?.name].filter(Boolean).join(' · ')
}
