import { shallowReactive, shallowRef, type ShallowRef } from 'vue'
import type { HazardPage, HazardRow } from '@/contract'
import { wordsOf } from '@/desk/data/ask'
import { listCases } from '@/desk/data/cases'
import type { Filters } from '@/desk/logic/filters'
import { newIn } from '@/desk/logic/news'

/** One list of cases under the present filter, page by page. It never changes its order by itself. */
export class CaseRows {
  readonly rows: ShallowRef<HazardRow[]> = shallowRef([])
  readonly state = shallowReactive({
    status: 'loading' as 'loading' | 'ready' | 'failed',
    problem: '',
    next: null as string | null,
    count: 0,
    isCapped: false,
    /** How many cases have come that are not shown yet. */
    arrived: 0,
    loadedAt: 0,
  })
  private turn = 0

  constructor(private readonly filters: () => Filters) {}

  async load(): Promise<void> {
    const turn = ++this.turn
    this.state.status = 'loading'
    try {
      const page = await listCases(this.filters())
      if (turn === this.turn) this.show(page)
    } catch (failure) {
      if (turn === this.turn) Object.assign(this.state, { status: 'failed', problem: wordsOf(failure) })
    }
  }

  async more(): Promise<void> {
    const [turn, cursor] = [this.turn, this.state.next]
    if (!cursor) return
    this.state.next = null
    const page = await listCases(this.filters(), cursor).catch(() => null)
    if (turn !== this.turn) return
    const known = new Set(this.rows.value.map((row) => row.id))
    this.rows.value = [...this.rows.value, ...(page?.items ?? []).filter((row) => !known.has(row.id))]
    this.state.next = page ? page.next : cursor
  }

  /** Looks without touching the order: known rows are brought up to date, new ones only counted. */
  async peek(): Promise<void> {
    const turn = this.turn
    if (this.state.status !== 'ready') return
    const page = await listCases(this.filters()).catch(() => null)
    if (!page || turn !== this.turn) return
    const fresh = new Map(page.items.map((row) => [row.id, row]))
    const arrived = newIn(page.items, this.rows.value, page.next !== null)
    this.rows.value = this.rows.value.map((row) => fresh.get(row.id) ?? row)
    Object.assign(this.state, { arrived, count: page.count, isCapped: page.is_count_capped })
  }

  put(row: HazardRow): void {
    this.rows.value = this.rows.value.map((one) => (one.id === row.id ? { ...one, ...row } : one))
  }

  /** Takes a row out and answers where it was, -1 if it is not here. */
  take(id: string): number {
    const at = this.rows.value.findIndex((row) => row.id === id)
    if (at < 0) return at
    this.rows.value = this.rows.value.filter((row) => row.id !== id)
    this.state.count = Math.max(0, this.state.count - 1)
    return at
  }

  giveBack(row: HazardRow, at: number): void {
    if (this.rows.value.some((one) => one.id === row.id)) return
    const place = Math.max(0, at)
    this.rows.value = [...this.rows.value.slice(0, place), row, ...this.rows.value.slice(place)]
    this.state.count += 1
  }

  private show(page: HazardPage): void {
    this.rows.value = page.items
    Object.assign(this.state, {
      status: 'ready', problem: '', next: page.next, count: page.count, isCapped: page.is_count_capped,
      arrived: 0, loadedAt: Date.now(),
    })
  }
}
