import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { openStream, type StreamHandlers } from '@/core/stream'

/** The desk's live line: server-sent events, polling every 30 s while they do not come. */
export function useStream(handlers: Omit<StreamHandlers, 'live'>): { isLive: Readonly<ShallowRef<boolean>> } {
  const isLive = shallowRef(false)
  const stream = openStream({ ...handlers, live: (is) => (isLive.value = is) })
  onScopeDispose(() => stream.close())
  return { isLive }
}
