// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import type { Category, ObjectView } from '@/contract'
import { openAccount } from '@/core/account'
import type { ReportDraft } from '@/core/types'
import {
  isNear,
  levelOf,
  missingOf,
  nearestOf,
  tilesOf,
  withCategory,
  withObject,
  withLevel,
} from '@/field/report/form'
import { roughly } from '@/field/shell/far'
import { complete } from '@/field/report/useReport'
import { isWorthy } from '@/field/shell/drafts'

const category = (code: string, position: number, part: Partial<Category> = {}): Category => ({
  code,
  name: code,
  name_en: code,
  icon: code,
  default_level: 'general',
  position,
  is_active: true,
  ...part,
})
const draft = (fields: ReportDraft['fields'] = {}, part: Partial<ReportDraft> = {}): ReportDraft => ({
  id: 'd',
  hazardId: 'd',
  kind: 'report',
  photoIds: [],
  occurredAt: 0,
  createdAt: 0,
  updatedAt: 0,
  fields,
  ...part,
})

describe('what a report still needs', () => {
  it('is a photo, or the reason why there is none, and a category', () => {
    expect(missingOf(draft(), 0)).toEqual(['photo', 'category'])
    expect(missingOf(draft({ no_photo_reason: '正在冒烟' }), 0)).toEqual(['category'])
    expect(missingOf(draft({ no_photo_reason: '  ' }), 0)).toEqual(['photo', 'category'])
    expect(missingOf(draft({ category_code: 'fire' }), 1)).toEqual([])
  })

  it('never is a position, a place or a sentence', () => {
    expect(missingOf(draft({ category_code: 'fire', position: null, place: '', note: '' }), 1)).toEqual([])
  })
})

describe('the level', () => {
  it('is preset by the category until the person chooses', () => {
    const serious = category('gas', 1, { default_level: 'serious' })
    expect(levelOf(withCategory({}, serious, false))).toBe('serious')
    expect(levelOf(withCategory(withLevel({}, 'general'), serious, true))).toBe('general')
  })

  it('疑似重大 is a suspicion, goes to the county at once, and can be taken back', () => {
    const suspected = withLevel({ level: 'general', is_urgent: false }, 'major')
    expect(suspected).toMatchObject({ level: 'major', is_suspected_major: true, is_urgent: true })
    expect(withLevel({ ...suspected, is_urgent: false }, 'major').is_urgent).toBe(false)
    expect(withLevel(suspected, 'general')).toMatchObject({ is_suspected_major: false, is_urgent: false })
  })
})

describe('the presets', () => {
  it('put the last used categories first and leave out closed ones', () => {
    const all = [category('a', 1), category('b', 2), category('c', 3), category('off', 0, { is_active: false })]
    expect(tilesOf(all, ['c', 'off']).map((one) => one.code)).toEqual(['c', 'a', 'b'])
  })

  it('guess the nearest place, but only one that is near', () => {
    const place = (id: string, lat: number | null) => ({ id, name: id, lat, lon: 0, grid: { id: 'g' } }) as ObjectView
    const found = nearestOf([place('far', 3), place('near', 1), place('nowhere', null)], (to) => to.lat * 60)
    expect(found.map((one) => one.object.id)).toEqual(['near', 'far'])
    expect([isNear(found[0]), isNear(found[1]), isNear(undefined)]).toEqual([true, false, false])
    expect([roughly(0), roughly(44), roughly(96)]).toEqual([10, 40, 100])
  })

  it('a place brings its grid, and taking it away leaves no trace of it', () => {
    const shop = { id: 'e', name: '惠民超市', grid: { id: 'g2' } } as ObjectView
    const chosen = withObject({ grid_id: 'g1' }, shop)
    expect(chosen).toMatchObject({ enterprise_id: 'e', place: '惠民超市', grid_id: 'g2' })
    expect(withObject(chosen, null)).toMatchObject({ enterprise_id: null, place: '' })
  })
})

describe('what is queued', () => {
  it('上报 goes on to the township; an abandoned 当场已整改 leaves no steps behind', () => {
    const sent = complete(draft({}, { fix: { actionId: 'a', archiveId: 'b', rating: 4 } }), undefined)
    expect([sent.fields.escalate, 'fix' in sent]).toEqual([true, false])
  })

  it('当场已整改 stays here and brings its rating', () => {
    openAccount('ann')
    const sent = complete(draft({}, { fix: { actionId: 'a', archiveId: 'b' } }), { rating: 5 })
    expect(sent.fields.escalate).toBe(false)
    expect(sent.fix).toEqual({ actionId: 'a', archiveId: 'b', rating: 5 })
  })
})

describe('a draft is worth showing', () => {
  it('with a photo, with words, or after a lost system camera', () => {
    expect(isWorthy(draft({}, { photoIds: ['p'] }))).toBe(true)
    expect(isWorthy(draft({ note: '堵住了' }))).toBe(true)
    expect(isWorthy(draft({}, { step: 'system_camera' }))).toBe(true)
  })

  it('not with only what the page filled in by itself', () => {
    expect(isWorthy(draft({ position: { lat: 1, lon: 2, source: 'gps' }, grid_id: 'g', place: '惠民超市' }, { step: 'camera' }))).toBe(false)
  })
})
