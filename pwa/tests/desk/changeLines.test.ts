import { expect, it } from 'vitest'
import type { DivisionChange, GridRevision, GridView, OrganizationView } from '@/contract'
import { linesOf, namedIn } from '@/desk/papers/changeLines'
import { areNear, villagesFor } from '@/desk/places/changing'

const part = (name: string, body: string, official_code: string | null = null): DivisionChange['before'][number] => ({ grid_id: name, name, body, official_code })
const change = (more: Partial<DivisionChange>): DivisionChange => ({
  id: 'c', kind: 'merge', starts_on: '2026-12-01', document: '文 1', before: [part('一', '东村', '37'), part('二', '西村')], after: [part('合', '西村')],
  decided_by: '钱管理', decided_at: '', done_at: '', filed_on: '2026-12-02', filed_number: '备 1', undone: null, township: '运河街道', ...more,
})
const say = { aside: (text: string) => `（${text}）`, size: (metres: number) => `${metres} m²`, many: (names: string, n: number) => `${names}等 ${n} 个`, cause: (cause: string) => (cause === 'hand' ? '' : cause), system: '系统' }
const revised = (name: string, more: Partial<GridRevision['grids'][number]> = {}): GridRevision['grids'][number] =>
  ({ grid_id: name, body: '东村', name_before: name, name, code_before: '37', code: '37', is_redrawn: true, area_before: 900, area: 700, ...more })
const revision = (more: Partial<GridRevision>): GridRevision => ({
  id: 'r', kind: 'revised', cause: 'hand', version: 'v', revised_on: '2026-12-03', township: '运河街道', grids: [revised('一')], is_redrawn: true, is_recoded: false, is_renamed: false,
  decided_by: '钱管理', decided_at: '', filed_on: null, filed_number: null, ...more,
})

it('names the village only where more than one is meant', () => {
  const one = change({ before: [part('一', '西村')] })
  expect(namedIn(one.after, one)).toBe('合')
  expect(namedIn([part('东村网格', '东村'), part('二', '西村')], change({}))).toBe('东村网格、西村 二')
  expect(linesOf([change({})], [], say)[0]).toMatchObject({ before: '东村 一（37）、西村 二', after: '西村 合', filed_number: '备 1' })
})

it('shows what has been undone above the change, the other way round, with its own filing', () => {
  const undone = { undone_on: '2026-12-05', undone_at: '', by: '孙', document: '文 2', reason: '划错了', is_before_day: false, filed_on: null, filed_number: null }
  const [back, made] = linesOf([change({ undone })], [], say)
  expect(back).toMatchObject({ isUndoing: true, day: '2026-12-05', before: '西村 合', document: '文 2', by: '孙', filed_on: null })
  expect(back?.key).not.toBe(made?.key)
  expect(made).toMatchObject({ isUndoing: false, day: '2026-12-01', filed_on: '2026-12-02' })
})

it('puts grids revised between the changes by their day, with what they were and are', () => {
  const old = revision({ id: 'old', revised_on: '2026-11-30', grids: [revised('二', { name_before: '旧二', code: '38', area_before: null, area: null })] })
  const lines = linesOf([change({})], [revision({ filed_on: '2026-12-04', filed_number: '备 3' }), old], say)
  expect(lines.map((one) => one.key)).toEqual(['r', 'c', 'old'])
  expect(lines[0]).toMatchObject({ change: null, before: '一（37，900 m²）', after: '一（37，700 m²）', by: '钱管理', filed_number: '备 3' })
  expect(lines[2]).toMatchObject({ before: '旧二（37）', after: '二（38）', filed_on: null })
})

it('leaves the side empty on which a grid is not there', () => {
  const lines = linesOf([], [revision({ kind: 'added' }), revision({ kind: 'ended' }), revision({ kind: 'restored' })], say)
  expect(lines.map((one) => [one.before, one.after])).toEqual([['—', '一（37，700 m²）'], ['一（37，900 m²）', '—'], ['—', '一（37，700 m²）']])
})

it('says why grids came together, and that nobody but the system did it', () => {
  const [line] = linesOf([], [revision({ kind: 'added', cause: 'scheme', decided_by: null })], say)
  expect(line).toMatchObject({ document: 'scheme', by: '系统' })
})

it('names the township and the first of many grids, on paper all of them', () => {
  const many = revision({ grids: ['一', '二', '三'].map((name) => revised(name, { code: null, area: 0 })) })
  expect(linesOf([], [many], say, 2)[0]?.after).toBe('运河街道：一（0 m²）、二（0 m²）等 3 个')
  expect(linesOf([], [many], say)[0]?.after).toBe('运河街道：一（0 m²）、二（0 m²）、三（0 m²）')
})

const grid = (body: string, kind: 'village' | 'department', township: string | null): GridView =>
  ({ organization: { id: body, kind }, township: township && { id: township } }) as unknown as GridView
const body = (id: string, within_id: string, is_active = true): OrganizationView =>
  ({ id, short_name: id, kind: 'village', within_id, is_active }) as OrganizationView

it('lets grids be changed together within a body or among villages of one township', () => {
  const east = grid('east', 'village', 't')
  expect([grid('east', 'village', 't'), grid('west', 'village', 't'), grid('far', 'village', 'u'), grid('fire', 'department', 't')].map((one) => areNear(east, one))).toEqual([true, true, false, false])
  expect(areNear(grid('fire', 'department', null), grid('housing', 'department', null))).toBe(false)
})

it('asks for a village only where there are several in the township', () => {
  const all = [body('east', 't'), body('west', 't'), body('closed', 't', false), body('far', 'u')]
  expect(villagesFor([grid('east', 'village', 't')], all).map((one) => one.value)).toEqual(['east', 'west'])
  expect(villagesFor([grid('far', 'village', 'u')], all)).toEqual([])
  expect(villagesFor([grid('fire', 'department', null)], all)).toEqual([])
})
