import { views } from '@/desk/data/views'
import { type Filters, isSameFilter } from '@/desk/logic/filters'
import { t, wordFor } from '@/words'

/** Names and empty sentences of built-in queues; a queue this build does not know keeps its key. */
export const queueName = (key: string): string => wordFor(`desk.queue.${key}`) ?? key

/** The name of what is listed: a queue, a saved view, or simply "all cases, filtered". */
export function viewTitle(filters: Filters): { title: string; isKept: boolean; key: string } {
  const queue = views.value?.queues.find((one) => isSameFilter(one.filters, filters))
  if (queue) return { title: queueName(queue.key), isKept: true, key: queue.key }
  const saved = views.value?.saved.find((one) => isSameFilter(one.filters, filters))
  if (saved) return { title: saved.name, isKept: true, key: '' }
  if (isSameFilter({}, filters)) return { title: t('desk.queue.all'), isKept: true, key: 'all' }
  return { title: t('desk.list.filtered'), isKept: false, key: '' }
}

export const emptyText = (key: string): string => wordFor(`desk.queue.${key}.empty`) ?? t('desk.list.empty')
