import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { currentAccount, type Account } from '@/core/account'
import { counts as countItems, discard, edit, flush, items as listItems, retry, withdraw } from '@/core/outbox'
import type { OutboxCounts, OutboxState } from '@/core/outbox'
import type { OutboxItem } from '@/core/types'
import { useLive } from './useLive'
import { useStore } from './useStore'

export type QueueWord = 'waiting' | 'sending' | 'attention'

/** What one tap put in line: a report with its photos, or a step. */
export interface QueueGroup {
  draftId: string
  hazardId: string
  items: OutboxItem[]
  /** The JSON that leads the group; undefined when only photos are left. */
  lead: OutboxItem | undefined
  photoIds: string[]
  word: QueueWord
  createdAt: number
}

const NONE: OutboxCounts = { waiting: 0, attention: 0, photos: 0, oldestAt: null }
/** Before the phone's database has answered; the very object is the mark. */
const UNREAD: OutboxCounts = { ...NONE }

/** The queue as the screens show it; redraws by itself. Empty until an account is open. */
export function useOutbox(): {
  items: Readonly<ShallowRef<OutboxItem[]>>
  groups: ComputedRef<QueueGroup[]>
  counts: Readonly<ShallowRef<OutboxCounts>>
  /** False until the database has answered: until then nobody may say that all is uploaded. */
  isRead: ComputedRef<boolean>
  state: Readonly<ShallowRef<OutboxState>>
  flush: typeof flush
  retry: typeof retry
  edit: typeof edit
  discard: typeof discard
  withdraw: typeof withdraw
} {
  const present = useStore(currentAccount)
  const source = [() => present.value?.personId]
  const items = useLive(() => (currentAccount.get() ? listItems() : Promise.resolve([])), [] as OutboxItem[], source)
  const counts = useLive(() => (currentAccount.get() ? countItems() : Promise.resolve(UNREAD)), UNREAD, source)
  const state = useOutboxState(present)
  const groups = computed(() => group(items.value, state.value.sending))
  const isRead = computed(() => counts.value !== UNREAD)
  return { items, groups, counts, isRead, state, flush, retry, edit, discard, withdraw }
}

const IDLE: OutboxState = { sending: null, stopped: null, wakeAt: null }

function useOutboxState(present: Readonly<ShallowRef<Account | null>>): Readonly<ShallowRef<OutboxState>> {
  const state = shallowRef(IDLE)
  watch(
    present,
    (open, _before, onCleanup) => {
      state.value = open?.outbox.state.get() ?? IDLE
      if (open) onCleanup(open.outbox.state.subscribe((next) => (state.value = next)))
    },
    { immediate: true },
  )
  return state
}

function group(items: OutboxItem[], sending: number | null): QueueGroup[] {
  const byDraft = new Map<string, OutboxItem[]>()
  for (const item of items) byDraft.set(item.draftId, [...(byDraft.get(item.draftId) ?? []), item])
  return [...byDraft.entries()].map(([draftId, own]) => {
    const lead = own.find((item) => item.kind !== 'photo')
    return {
      draftId,
      hazardId: own[0]?.hazardId ?? draftId,
      items: own,
      lead,
      photoIds: own.filter((item) => item.kind === 'photo').map((item) => item.itemId),
      word: wordOf(own, sending),
      createdAt: Math.min(...own.map((item) => item.createdAt)),
    }
  })
}

function wordOf(items: OutboxItem[], sending: number | null): QueueWord {
  if (items.some((item) => item.isRefused)) return 'attention'
  return items.some((item) => item.seq === sending) ? 'sending' : 'waiting'
}
