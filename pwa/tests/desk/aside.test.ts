import { beforeEach, describe, expect, it } from 'vitest'
import type { HazardView } from '@/contract'
import { session } from '@/core/session'
import { putAside, takeBack } from '@/desk/decide/aside'
import { formFor } from '@/desk/logic/actionForm'

const CASE = { id: 'one', note: '护栏断了', place: '桥头', category_code: 'other', level: 'general', suggested_department: { id: 'd1' } } as HazardView
const OTHER = { ...CASE, id: 'two' }
const signIn = (id: string): void => session.set({ me: { id, name: id, seats: [], permissions: [] } as never, isFresh: true, isExpired: false })
const blank = () => formFor('reject', CASE)

beforeEach(() => {
  signIn('ann')
  for (const hazard of [CASE, OTHER]) for (const action of ['reject', 'correct', 'assign'] as const) takeBack(hazard, action)
})

describe('a form that was left with words in it', () => {
  it('is there again for the same step of the same case, once', () => {
    const form = { ...blank(), reason: '护栏只绑了绳子' }
    putAside(CASE, 'reject', form)
    expect(takeBack(OTHER, 'reject')).toBeUndefined()
    expect(takeBack(CASE, 'assign')).toBeUndefined()
    expect(takeBack(CASE, 'reject')).toEqual(form)
    expect(takeBack(CASE, 'reject')).toBeUndefined()
  })

  it('is nobody else’s who sits down at the same page', () => {
    putAside(CASE, 'reject', { ...blank(), note: '看过了' })
    signIn('ben')
    expect(takeBack(CASE, 'reject')).toBeUndefined()
    signIn('ann')
    expect(takeBack(CASE, 'reject')?.note).toBe('看过了')
  })

  it('what the rules or the case have filled in is not somebody’s words', () => {
    putAside(CASE, 'assign', { ...formFor('assign', CASE), due: '2026-12-04T10:00:00Z' })
    putAside(CASE, 'correct', formFor('correct', CASE))
    putAside(CASE, 'reject', { ...blank(), reason: '  ' })
    expect([takeBack(CASE, 'assign'), takeBack(CASE, 'correct'), takeBack(CASE, 'reject')]).toEqual([undefined, undefined, undefined])
  })

  it('a photo counts as much as a sentence', () => {
    putAside(CASE, 'reject', { ...blank(), photos: [{ id: 'p' } as never] })
    expect(takeBack(CASE, 'reject')?.photos).toHaveLength(1)
  })
})
