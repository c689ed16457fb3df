import { shallowRef, type ShallowRef } from 'vue'
import { wordsOf } from '@/desk/data/ask'

export interface Answer<Found> {
  found: ShallowRef<Found | null>
  problem: ShallowRef<string>
  isAsking: ShallowRef<boolean>
  load: () => Promise<void>
}

/** What the server says to one question that changes with the page: the last question wins, however late others are answered. */
export function useAnswer<Found>(ask: () => Promise<Found>): Answer<Found> {
  const found: ShallowRef<Found | null> = shallowRef(null)
  const problem = shallowRef('')
  const isAsking = shallowRef(false)
  let turn = 0

  async function load(): Promise<void> {
    const present = ++turn
    problem.value = ''
    isAsking.value = true
    try {
      const answer = await ask()
      if (present === turn) found.value = answer
    } catch (failure) {
      if (present === turn) problem.value = wordsOf(failure)
    }
    if (present === turn) isAsking.value = false
  }
  return { found, problem, isAsking, load }
}
