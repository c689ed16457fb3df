import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { NotificationView, Problem } from '@/contract'
import { api, problemOf } from '@/core/api'

const items = shallowRef<NotificationView[]>([])
const unread = shallowRef(0)
const next = shallowRef<string | null>(null)

/** The inbox: newest first, 30 a page. Shared by all components. */
export function useInbox(): {
  items: Readonly<ShallowRef<NotificationView[]>>
  unread: Readonly<ShallowRef<number>>
  hasMore: ComputedRef<boolean>
  /** What the stream or the feed told. */
  noteUnread(count: number): void
  load(): Promise<Problem | null>
  more(): Promise<Problem | null>
  /** Without ids: all. */
  markRead(ids?: string[]): Promise<Problem | null>
} {
  return {
    items,
    unread,
    hasMore: computed(() => next.value !== null),
    noteUnread: (count) => (unread.value = count),
    load: () => read(null),
    more: () => (next.value === null ? Promise.resolve(null) : read(next.value)),
    markRead,
  }
}

async function read(cursor: string | null): Promise<Problem | null> {
  try {
    const { data, error } = await api.GET('/api/notifications', { params: { query: cursor ? { cursor } : {} } })
    if (!data) return problemOf(error)
    items.value = cursor ? [...items.value, ...data.items] : data.items
    unread.value = data.unread
    next.value = data.next
    return null
  } catch (error) {
    return problemOf(error)
  }
}

async function markRead(ids: string[] = []): Promise<Problem | null> {
  try {
    const { error, response } = await api.POST('/api/notifications/read', { body: { ids } })
    if (!response.ok) return problemOf(error)
    const at = new Date().toISOString()
    const isMeant = (line: NotificationView) => ids.length === 0 || ids.includes(line.id)
    const fresh = items.value.filter((line) => isMeant(line) && line.read_at === null).length
    items.value = items.value.map((line) => (isMeant(line) && !line.read_at ? { ...line, read_at: at } : line))
    unread.value = ids.length === 0 ? 0 : Math.max(0, unread.value - fresh)
    return null
  } catch (error) {
    return problemOf(error)
  }
}
