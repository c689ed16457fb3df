import type { FlushResult, OutboxCounts } from '@/core/outbox'
import type { Key } from '@/words'

export interface ResultWords {
  key: Key
  params?: Record<string, number>
}

/** What 立即上传 came to; a press is never without an answer. */
export function resultOf(done: FlushResult, counts: OutboxCounts): ResultWords {
  if (done.isElsewhere) return { key: 'field.pending.result_busy' }
  if (done.stopped === 'busy' || done.postponed > 0) return { key: 'field.pending.result_later' }
  if (done.stopped && done.stopped !== 'cut_off') return { key: `queue.why.${done.stopped}` }
  return remaining(done, counts) ?? { key: done.accepted > 0 ? 'field.pending.result_sent' : 'queue.all_uploaded' }
}

/** 「全部已上传」 is said of an empty line alone: what can still be taken back waits for some seconds. */
function remaining(done: FlushResult, counts: OutboxCounts): ResultWords | null {
  const attention = Math.max(counts.attention, done.refused) // the counts may be a moment older
  if (attention > 0) return { key: 'field.pending.result_attention', params: { n: attention } }
  return counts.waiting > 0 ? { key: 'field.pending.result_waiting', params: { n: counts.waiting } } : null
}
