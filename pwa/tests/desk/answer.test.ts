import { describe, expect, it } from 'vitest'
import { useAnswer } from '@/desk/shell/useAnswer'

/** Each question waits until the test answers it. */
function held() {
  const asked: { resolve: (answer: string) => void; reject: (failure: Error) => void }[] = []
  const answer = useAnswer(() => new Promise<string>((resolve, reject) => { asked.push({ resolve, reject }) }))
  return { asked, ...answer }
}

describe('one answer to a question that changes', () => {
  it('the last question wins, although an earlier one is answered after it', async () => {
    const { asked, found, isAsking, load } = held()
    const both = [load(), load()]
    asked[1]?.resolve('2025')
    await both[1]
    expect(isAsking.value).toBe(false)
    asked[0]?.resolve('2026')
    await both[0]
    expect(found.value).toBe('2025')
  })

  it('an earlier trouble that comes late is nobody\'s any more', async () => {
    const { asked, found, problem, load } = held()
    const both = [load(), load()]
    asked[0]?.reject(new Error('too late'))
    await both[0]
    expect(problem.value).toBe('')
    asked[1]?.resolve('2025')
    await both[1]
    expect(found.value).toBe('2025')
  })

  it('what was found stays in sight while the next is asked, and after a failure, which says so', async () => {
    const { asked, found, problem, isAsking, load } = held()
    const first = load()
    asked[0]?.resolve('2025')
    await first
    const second = load()
    expect([found.value, isAsking.value]).toEqual(['2025', true])
    asked[1]?.reject(new Error('no signal'))
    await second
    expect([found.value, isAsking.value]).toEqual(['2025', false])
    expect(problem.value).not.toBe('')
  })
})
