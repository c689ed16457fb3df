import { describe, expect, it } from 'vitest'
import { actionsForMany, isLegalForAll, runForAll, type Line } from '@/desk/logic/bulk'

const answer = (is_possible: boolean) => ({ id: 'x', number: 'TEZ-1', is_possible, zh: '', en: '' })

describe('one step for many cases', () => {
  it('is offered only if every case allows it', () => {
    expect(isLegalForAll([answer(true), answer(true)])).toBe(true)
    expect(isLegalForAll([answer(true), answer(false)])).toBe(false)
    expect(isLegalForAll([])).toBe(false)
  })

  it('never offers a step that needs a photo of each place', () => {
    const actions = actionsForMany(['township_subcentre', 'department', 'county_centre'])
    expect(actions).toContain('assign')
    expect(actions).not.toContain('finish')
    expect(actions).not.toContain('verify')
    expect(new Set(actions).size).toBe(actions.length)
  })

  it('one refusal does not stop the others, and each has its own line', async () => {
    const lines: Line[] = []
    await runForAll(['a', 'b', 'c'], {
      send: (id) => (id === 'b' ? Promise.reject(new Error('已经走了')) : Promise.resolve()),
      explain: (problem) => (problem as Error).message,
      onLine: (line) => lines.push(line),
      isStopped: () => false,
    })
    const last = lines.filter((line) => line.is !== 'sending')
    expect(last).toEqual([{ id: 'a', is: 'done' }, { id: 'b', is: 'refused', why: '已经走了' }, { id: 'c', is: 'done' }])
  })

  it('stopping leaves the rest untouched', async () => {
    const sent: string[] = []
    const lines: Line[] = []
    await runForAll(['a', 'b', 'c'], {
      send: async (id) => { sent.push(id) },
      explain: String,
      onLine: (line) => lines.push(line),
      isStopped: () => sent.length >= 1,
    })
    expect(sent).toEqual(['a'])
    expect(lines.slice(-2)).toEqual([{ id: 'b', is: 'stopped' }, { id: 'c', is: 'stopped' }])
  })
})
