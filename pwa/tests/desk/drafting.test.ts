import { expect, it } from 'vitest'
import type { DivisionDraft, DivisionGround, GridView } from '@/contract'
import { commandOf, formOf } from '@/desk/places/changing'
import { linesOf, proposalOf, shapesOf } from '@/desk/places/drafting'

const t = (key: string): string => key.replace('desk.draft.', '')
const square = (lon: number): Record<string, unknown> => ({ type: 'Polygon', coordinates: [[[lon, 34], [lon + 1, 34], [lon, 35], [lon, 34]]] })
const sketch = (more: object): DivisionDraft['before'][number] =>
  ({ grid_id: 'g', name: '一网格', official_code: null, external_codes: {}, bounds: '东到河', outline: square(117), people: [], places: 3, organization: {}, ...more }) as unknown as DivisionDraft['before'][number]
const edit = (more: object, becomes = {}): DivisionDraft => ({ kind: 'edit', before: [sketch({})], after: [sketch(more)], becomes, proposal: {} }) as unknown as DivisionDraft
const form = { name: '一网格', official_code: '', external_codes: {} as Record<string, string>, bounds: '东到河', valid_to: '', kind: 'territorial' as const, organization_id: 'v', valid_from: '2026-11-27', crs: 'wgs84' as const, is_correction: false }
const grid = { id: 'g', name: '一网格', official_code: null, external_codes: {}, bounds: '东到河', valid_to: null } as GridView

it('says line by line what an edited grid was and would be, and nothing of what stays', () => {
  const lines = linesOf(edit({ name: '文化一网格', outline: square(118) }, { valid_to: '2026-12-31' }), t)
  expect(lines.map((line) => [line.what, line.was, line.becomes])).toEqual([['field.name', '一网格', '文化一网格'], ['field.outline', 'drawn', 'redrawn'], ['field.valid_to', 'open_end', '2026-12-31']])
  expect(linesOf(edit({ external_codes: { 综治: '31' } }), t)).toEqual([{ what: 'desk.codes.external', was: 'nothing', becomes: '综治 31' }])
  const corrected = { ...edit({ outline: square(118) }), proposal: { edit: { is_correction: true } } } as unknown as DivisionDraft
  expect(linesOf(corrected, t).map((line) => line.becomes)).toEqual(['corrected'])
  expect(linesOf(edit({}), t)).toEqual([])
})

it('draws what is under what would be', () => {
  expect(shapesOf(edit({ outline: square(118) })).map((shape) => [shape.tone, shape.geometry])).toEqual([['was', square(117)], ['becomes', square(118)]])
})

it('asks only for what was changed, and names the outline that was corrected', () => {
  expect(proposalOf(grid, form, null, 'a1')).toBeNull()
  expect(proposalOf(grid, { ...form, name: ' 二网格 ' }, null, 'a1')).toEqual({ grid_id: 'g', edit: { name: '二网格' } })
  expect(proposalOf(grid, { ...form, external_codes: { 综治: ' 31 ', 城管: ' ' } }, null, 'a1')?.edit).toEqual({ external_codes: { 综治: '31' } })
  expect(proposalOf(grid, form, square(117), 'a1')?.edit).toEqual({ outline: square(117), outline_crs: 'wgs84', drawn_from: 'a1' })
  expect(proposalOf(grid, { ...form, is_correction: true }, square(117), 'a1')?.edit).toMatchObject({ is_correction: true })
  expect(proposalOf(grid, { ...form, name: '二网格', is_correction: true }, null, 'a1')?.edit).toEqual({ name: '二网格' })
  expect(proposalOf(undefined, form, null, '')?.add).toMatchObject({ name: '一网格', organization_id: 'v', valid_from: '2026-11-27' })
  expect(proposalOf(undefined, { ...form, external_codes: { 综治: ' 31 ', 城管: '' } }, null, '')?.add?.external_codes).toEqual({ 综治: '31' })
})

it('puts a draft that came back into the form as it was, without people who have left since', () => {
  const change = { kind: 'split' as const, grid_ids: ['g'], starts_on: '2026-12-01', document: '文 1', targets: [{ name: '西', post_ids: ['p', 'left'] }, { name: '东', post_ids: ['p'], object_ids: ['b'] }] }
  const ground = { posts: [{ post_id: 'p' }], objects: [{ id: 'a' }, { id: 'b' }] } as DivisionGround
  const back = commandOf(formOf(change as never, ground), () => null)
  expect(back.targets.map((one) => [one.name, one.post_ids, one.object_ids])).toEqual([['西', ['p'], []], ['东', ['p'], ['b']]])
})
