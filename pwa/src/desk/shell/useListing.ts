import { shallowRef, type ShallowRef } from 'vue'
import { wordsOf } from '@/desk/data/ask'

export interface Listing<Row> {
  rows: ShallowRef<Row[]>
  next: ShallowRef<string | null>
  status: ShallowRef<'loading' | 'ready' | 'failed'>
  problem: ShallowRef<string>
  load: () => Promise<void>
  more: () => Promise<void>
  put: (row: Row) => void
}

/** A searchable list in pages; the last question wins. */
export function useListing<Row extends { id: string }>(
  find: (cursor?: string) => Promise<{ items: Row[]; next: string | null }>,
): Listing<Row> {
  const rows: ShallowRef<Row[]> = shallowRef([])
  const next = shallowRef<string | null>(null)
  const status = shallowRef<'loading' | 'ready' | 'failed'>('loading')
  const problem = shallowRef('')
  let turn = 0

  async function load(): Promise<void> {
    const present = ++turn
    status.value = 'loading'
    try {
      const page = await find()
      if (present !== turn) return
      rows.value = page.items
      next.value = page.next
      status.value = 'ready'
    } catch (failure) {
      if (present !== turn) return
      problem.value = wordsOf(failure)
      status.value = 'failed'
    }
  }
  async function more(): Promise<void> {
    const [present, cursor] = [turn, next.value]
    if (!cursor) return
    next.value = null
    const page = await find(cursor).catch(() => null)
    if (present !== turn) return
    rows.value = [...rows.value, ...(page?.items ?? [])]
    next.value = page ? page.next : cursor
  }
  function put(row: Row): void {
    const isKnown = rows.value.some((one) => one.id === row.id)
    rows.value = isKnown ? rows.value.map((one) => (one.id === row.id ? row : one)) : [row, ...rows.value]
  }
  return { rows, next, status, problem, load, more, put }
}
