import { describe, expect, it } from 'vitest'
import { NO_FILTER, casesFor } from '@/field/cases/filter'
import { stepsOf } from '@/field/case/useCase'
import { needs } from '@/core/flow'
import { isOurs, tasksOf } from '@/field/home/tasks'
import { isForPhone, routeOfDraft, routeOfStep, stepWord } from '@/field/shell/steps'
import type { Draft } from '@/core/types'
import { aCase, clock } from './cases'

const NOW = Date.parse('2026-11-22T00:00:00Z')

describe('today’s work', () => {
  it('is 待核验 first, then what is pressing, then what came back, then the rest', () => {
    const rest = aCase({ id: 'rest', state: 'assigned', clock: clock('2026-11-25T00:00:00Z') }, ['sign_for'])
    const back = aCase({ id: 'back', state: 'reported', question: '几号楼' }, ['escalate', 'comment'])
    const late = aCase({ id: 'late', state: 'assigned', is_signed_for: true, clock: clock('2026-11-21T00:00:00Z', 'missed') }, ['finish'])
    const later = aCase({ id: 'later', state: 'done', clock: clock('2026-11-24T00:00:00Z') }, ['verify', 'reject'])
    const sooner = aCase({ id: 'sooner', state: 'done', clock: clock('2026-11-23T00:00:00Z') }, ['verify', 'reject'])
    const order = tasksOf([rest, back, late, later, sooner]).map((task) => [task.hazard.id, task.action])
    expect(order).toEqual([
      ['sooner', 'verify'],
      ['later', 'verify'],
      ['late', 'finish'],
      ['back', 'escalate'],
      ['rest', 'sign_for'],
    ])
  })

  it('leaves out what only a desk does and what may be done but need not', () => {
    const desk = aCase({ state: 'escalated' }, ['escalate', 'assign'])
    const remarks = aCase({ state: 'assigned' }, ['comment', 'suspect_major'])
    const itself = aCase({ state: 'verified' }, ['archive'])
    expect(tasksOf([desk, remarks, itself])).toEqual([])
  })

  it('has a second look among the rest, the nearest date first, and leads to its own page', () => {
    const look = (id: string, due: string) =>
      aCase({ id, state: 'archived', recheck: { due_at: due, answered_at: null } as never }, ['pass_recheck', 'fail_recheck'])
    const later = look('later', '2026-11-27T00:00:00Z')
    const sooner = look('sooner', '2026-11-25T00:00:00Z')
    const sign = aCase({ id: 'sign', state: 'assigned', clock: clock('2026-11-26T00:00:00Z') }, ['sign_for'])
    expect(tasksOf([later, sign, sooner]).map((task) => task.hazard.id)).toEqual(['sooner', 'sign', 'later'])
    expect(stepWord(sooner, 'pass_recheck')).toBe('field.do.recheck')
    expect(routeOfStep(sooner, 'fail_recheck')).toBe('/case/sooner/recheck')
    expect(stepsOf(sooner)).toMatchObject({ main: { action: 'pass_recheck' }, others: [] })
  })

  it('leaves out a case whose step already waits in this phone', () => {
    const done = aCase({ id: 'done', state: 'done' }, ['verify'])
    expect(tasksOf([done], new Set(['done']))).toEqual([])
  })

  it('asks to sign for a case before it asks to report it done', () => {
    const fresh = aCase({ state: 'assigned', is_signed_for: false }, ['finish', 'sign_for'])
    expect(tasksOf([fresh]).map((task) => task.action)).toEqual(['sign_for'])
  })

  it('knows what an enterprise has to put right at its own place from what its officer goes to see', () => {
    const shop = { id: 'shop', name: '永安饭店', short_name: '永安饭店', kind: 'enterprise' as const }
    const fire = { id: 'fire', name: '消防大队', short_name: '消防', kind: 'department' as const }
    const given = aCase({ id: 'given', state: 'assigned', enterprise: shop, department: shop }, ['sign_for'])
    const seen = aCase({ id: 'seen', state: 'done', enterprise: shop, department: shop }, ['verify'])
    const theirs = aCase({ id: 'theirs', state: 'assigned', enterprise: shop, department: fire }, ['sign_for'])
    const nowhere = aCase({ id: 'nowhere', state: 'assigned', enterprise: null, department: null }, ['sign_for'])
    const tasks = tasksOf([given, seen, theirs, nowhere])
    expect(tasks.filter(isOurs).map((task) => task.hazard.id)).toEqual(['given'])
  })
})

describe('my cases', () => {
  const mine = aCase({ id: 'mine', number: 'TEZ-2026-000007' })
  const late = aCase({ id: 'late', reporter: { id: 'bob', name: '刘建国' }, clock: clock('2026-11-21T00:00:00Z', 'missed') })
  const major = aCase({ id: 'major', is_suspected_major: true, reporter: { id: 'bob', name: '刘建国' } })
  const old = aCase({ id: 'old', state: 'archived', closed_at: '2026-11-01T00:00:00Z' })
  const recent = aCase({ id: 'recent', state: 'merged', closed_at: '2026-11-20T00:00:00Z', note: '护栏断了' })
  const ids = (part: Partial<typeof NO_FILTER>) =>
    casesFor([mine, late, major, old, recent], { ...NO_FILTER, ...part }, 'ann', NOW).map((one) => one.id)

  it('are open ones, major first, then the nearest deadline', () => {
    expect(ids({})).toEqual(['major', 'late', 'mine'])
  })

  it('or closed ones, the latest first', () => {
    expect(ids({ tab: 'closed' })).toEqual(['recent', 'old'])
  })

  it('can be narrowed to mine, to overdue, to a word or a number', () => {
    expect(ids({ isMine: true })).toEqual(['mine'])
    expect(ids({ isOverdue: true })).toEqual(['late'])
    expect(ids({ text: ' 000007 ' })).toEqual(['mine'])
    expect(ids({ tab: 'closed', text: '护栏' })).toEqual(['recent'])
    expect(ids({ text: '没有这个' })).toEqual([])
  })
})

describe('the buttons of a case', () => {
  it('are what the server allows, the main one first, and rejecting is part of verifying', () => {
    const { main, others } = stepsOf(aCase({ state: 'done' }, ['comment', 'reject', 'verify', 'correct']))
    expect([main?.action, others.map((one) => one.action)]).toEqual(['verify', ['comment', 'correct']])
  })

  it('are none where nothing is allowed', () => {
    expect(stepsOf(aCase({ state: 'archived' }))).toEqual({ main: null, others: [], isDeskWork: false })
  })

  it('say so where the step is a desk’s', () => {
    expect(stepsOf(aCase({ state: 'escalated' }, ['assign', 'escalate', 'comment'])).isDeskWork).toBe(true)
  })

  it('offer 归档 after 合格·销号, before the case archives itself, on a page that asks nothing', () => {
    const verified = aCase({ state: 'verified' }, ['archive', 'comment'])
    expect(stepsOf(verified).main?.action).toBe('archive')
    expect(routeOfStep(verified, 'archive')).toBe('/case/h/archive')
    expect(needs('archive', 'verified')).toEqual([])
  })

  it('a question turns 上报 into 补充后再上报', () => {
    const asked = aCase({ state: 'reported', question: '几号楼' })
    expect(stepWord(asked, 'escalate')).toBe('field.do.escalate')
    expect(stepWord(aCase({ state: 'reported' }), 'escalate')).toBe('action.escalate')
    expect([isForPhone(asked, 'escalate'), isForPhone(aCase(), 'escalate'), isForPhone(asked, 'assign')]).toEqual([true, false, false])
  })

  it('a draft leads back to its own page', () => {
    const base = { id: 'd', hazardId: 'h', photoIds: [], occurredAt: 0, createdAt: 0, updatedAt: 0, fields: {} }
    const step = (action: string): Draft => ({ ...base, kind: 'action', action }) as Draft
    expect(routeOfDraft({ ...base, kind: 'report' })).toBe('/report/d')
    expect([routeOfDraft(step('reject')), routeOfDraft(step('finish'))]).toEqual(['/case/h/verify', '/case/h/finish'])
  })
})
