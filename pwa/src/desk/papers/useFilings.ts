import { computed, type ComputedRef, type ShallowRef } from 'vue'
import type { DivisionChange, GridRevision } from '@/contract'
import { listChanges, listRevisions } from '@/desk/data/divisions'
import { type Listing, useListing } from '@/desk/shell/useListing'

export interface Filings {
  changes: ComputedRef<DivisionChange[]>
  revisions: ComputedRef<GridRevision[]>
  hasMore: ComputedRef<boolean>
  status: ComputedRef<'loading' | 'ready' | 'failed'>
  problem: ComputedRef<string>
  load: () => Promise<void>
  more: () => Promise<void>
  /** From the top, as far down as has been read. */
  again: () => Promise<void>
  put: (row: DivisionChange | GridRevision) => void
}

/** What a list is, whatever stands in it. */
interface Read {
  rows: ShallowRef<readonly unknown[]>
  next: ShallowRef<string | null>
  load: () => Promise<void>
  more: () => Promise<void>
}

/** Both kinds of lines in pages. Nothing is shown below a day of which the other list may still bring lines. */
export function useFilings(findChanges = listChanges, findRevisions = listRevisions): Filings {
  const made = useListing(findChanges)
  const revised = useListing(findRevisions)
  const lists = [made, revised]
  const endOf = <Row extends { id: string }>({ rows, next }: Listing<Row>, dayOf: (row: Row) => string): string => {
    const last = rows.value.at(-1)
    return next.value && last ? dayOf(last) : ''
  }
  const ends = computed(() => [endOf(made, (one) => one.starts_on), endOf(revised, (one) => one.revised_on)])
  const until = computed(() => ends.value.reduce((one, other) => (one > other ? one : other), ''))
  const each = async (step: (list: Read) => Promise<void>): Promise<void> => { await Promise.all(lists.map(step)) }

  async function reread({ load, more, rows, next }: Read): Promise<void> {
    const had = rows.value.length
    await load()
    for (let before = -1; next.value && rows.value.length < had && rows.value.length > before;) {
      before = rows.value.length
      await more()
    }
  }
  return {
    changes: computed(() => made.rows.value.filter((one) => one.starts_on >= until.value)),
    revisions: computed(() => revised.rows.value.filter((one) => one.revised_on >= until.value)),
    hasMore: computed(() => lists.some(({ next }) => next.value)),
    status: computed(() => (['failed', 'loading'] as const).find((one) => lists.some(({ status }) => status.value === one)) ?? 'ready'),
    problem: computed(() => lists.map((list) => list.problem.value).find(Boolean) ?? ''),
    load: () => each(({ load }) => load()),
    more: async () => { await Promise.all(lists.filter((_, n) => ends.value[n] === until.value).map(({ more }) => more())) },
    again: () => each(reread),
    put: (row) => { if ('revised_on' in row) revised.put(row); else made.put(row) },
  }
}
