import { describe, expect, it } from 'vitest'
import type { AccidentView } from '@/contract'
import { isNotedLater, linesOf, picturesOf, saidOf } from '@/desk/accidents/lines'
import { blank, bodyOf, isSaid } from '@/desk/accidents/report'
import { asked, isEarlier } from '@/desk/accidents/steps'
import { attempts } from '@/desk/data/accidents'

const form = (part: Record<string, string> = {}) => ({ ...blank(), ...part })

describe('what a desk adds to an accident', () => {
  it('is only what was filled in, with numbers as numbers', () => {
    expect(isSaid(form({ course: '  ' }))).toBe(false)
    const body = bodyOf(form({ dead: '1', loss_wan: '3.5', course: ' 起火 ', injured: '两' }), 'supplement', 'now')
    expect(body).toEqual({ report: 'supplement', contract: 2, occurred_at: 'now', photos: [], dead: 1, loss_wan: 3.5, course: '起火', injured: '两' })
  })
  it('says 0 when 0 was written: nobody died is a fact', () => {
    expect(bodyOf(form({ dead: '0' }), 'final', 'now')).toMatchObject({ dead: 0, report: 'final' })
  })
  it('a step says what it asks for, and no time means now', () => {
    const all = { done_at: '', organization_id: 'fire', to_whom: '市局', means: '电话', reason: '烧纸' }
    expect(asked('county_received', all)).toEqual({ step: 'county_received' })
    expect(asked('reported_up', { ...all, done_at: 'then' })).toEqual({ step: 'reported_up', to_whom: '市局', means: '电话', done_at: 'then' })
    expect(asked('false_alarm', all)).toEqual({ step: 'false_alarm', reason: '烧纸' })
  })
})

describe('what is sent again', () => {
  it('keeps its id and moment while the words are the same, and only then', () => {
    const attempt = attempts()
    const first = attempt({ dead: '1' })
    expect(attempt({ dead: '1' })).toBe(first)
    const other = attempt({ dead: '2' })
    expect(other.id).not.toBe(first.id)
    expect(attempt({ dead: '2' })).toBe(other)
  })
  it('puts a receipt right by an earlier moment alone', () => {
    const noted = { township_received_at: null, county_received_at: '2026-11-26T04:30:00+00:00' }
    expect(isEarlier(noted, 'county_received', '2026-11-26T04:29:00.000Z')).toBe(true)
    for (const later of ['2026-11-26T04:30:00.000Z', '']) expect(isEarlier(noted, 'county_received', later)).toBe(false)
    expect(isEarlier(noted, 'township_received', '2026-11-26T04:29:00.000Z')).toBe(false)
  })
})

describe('the history of an accident', () => {
  const report = (id: string, received_at: string) => ({ id, received_at })
  const hop = (id: string, at: string, done_at = at) => ({ id, at, done_at })
  it('puts reports and hops into one line of time', () => {
    const accident = { reports: [report('a', '2026-11-26T04:00:00Z'), report('c', '2026-11-26T06:00:00Z')], hops: [hop('b', '2026-11-26T05:00:00Z')] }
    expect(linesOf(accident as never).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
  it('tells a call that was noted later', () => {
    expect(isNotedLater(hop('b', '2026-11-26T05:10:00Z', '2026-11-26T05:00:00Z') as never)).toBe(true)
    expect(isNotedLater(hop('b', '2026-11-26T05:00:10Z', '2026-11-26T05:00:00Z') as never)).toBe(false)
  })
  it('shows only what was said; 0 was said, null was not', () => {
    const facts = { ...Object.fromEntries(Object.keys(blank()).map((name) => [name, null])), dead: 0, course: '起火' }
    expect(saidOf(facts as never)).toEqual([{ name: 'course', value: '起火' }, { name: 'dead', value: 0 }])
  })
  it('serves a photo under its accident once it is there', () => {
    const photos = [{ id: 'p', status: 'ready', role: 'before', taken_at: '' }, { id: 'q', status: 'waiting', role: 'before', taken_at: '' }]
    const [here, coming] = picturesOf({ id: 'x', photos } as unknown as AccidentView)
    expect(here).toMatchObject({ localUrl: '/api/accidents/x/photos/p' })
    expect(coming).not.toHaveProperty('localUrl')
  })
})
