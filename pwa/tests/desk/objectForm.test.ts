import { describe, expect, it } from 'vitest'
import type { LedgerReference, ObjectWhole } from '@/contract'
import { bodyOf, formOf, parentsFor, type UnitRow } from '@/desk/logic/objectForm'

const OWN = [
  { key: 'spent', name: '投入', kind: 'number', options: [], position: 0, is_active: true },
  { key: 'gas', name: '用气', kind: 'choice', options: ['瓶装气'], position: 1, is_active: true },
  { key: 'old', name: '停用项', kind: 'text', options: [], position: 2, is_active: false },
] as LedgerReference['fields']

const SHOP = {
  id: 'o', kind: 'individual_business', name: '运河饭馆', grid: { id: 'g', name: '一网格' }, credit_code: null, address: '运河街 1 号', sector: '餐饮',
  lat: 34.5, lon: 117.7, contact_name: '王老板', contact_phone: '13812341234', is_key: true,
  detail: {
    is_registered: false, email: null, staff_count: 3, products: '', division: 'H62', area_m2: null, seats: 40, beds: null, nine_small: '小餐饮',
    key_persons: [{ duty: '安全管理员', name: '李安', phone: null }], units: [], dual_prevention: 'building', is_in_lianghua: false, major_source_level: null,
    external_owner: null, extra: { spent: 5, old: '留着' }, licences: [{ kind: '营业执照', number: '1', issuer: '', expires_on: null }],
  },
} as unknown as ObjectWhole

describe('the form of an object', () => {
  it('sends back what it was given, and no number that nobody typed', () => {
    const body = bodyOf(formOf(SHOP), OWN)
    expect(body).toMatchObject({
      kind: 'individual_business', name: '运河饭馆', credit_code: null, lat: 34.5, lon: 117.7, staff_count: 3, seats: 40, beds: null,
      division: 'H62', dual_prevention: 'building', is_registered: false, is_key: true, email: null,
      key_persons: [{ duty: '安全管理员', name: '李安', phone: null }], licences: [{ kind: '营业执照', expires_on: null }],
    })
    expect('contact_phone' in body).toBe(false)
    expect('grid_id' in body).toBe(false)
    expect(body.extra).toEqual({ spent: 5 })
  })

  it('leaves out empty rows, and turns text into what it means', () => {
    const form = formOf(undefined)
    form.staff_count = '12'
    form.area_m2 = '很大'
    form.licences.push({ kind: ' ', number: '', issuer: '', expires_on: '' })
    form.extra = { spent: '', gas: '瓶装气' }
    const body = bodyOf(form, OWN)
    expect([body.staff_count, body.area_m2, body.licences, body.extra]).toEqual([12, NaN, [], { spent: null, gas: '瓶装气' }])
  })

  it('says of which bundle and which of the three small it is, and of nothing else', () => {
    const form = formOf({ ...SHOP, kind: 'three_small_place', small_kind: 'small_shop', bundle_id: 'b' } as ObjectWhole)
    expect(bodyOf(form, OWN)).toMatchObject({ small_kind: 'small_shop', bundle_id: 'b' })
    form.kind = 'enterprise'
    expect(bodyOf(form, OWN)).toMatchObject({ small_kind: null, bundle_id: 'b' })
    form.kind = 'bundle'
    expect(bodyOf(form, OWN)).toMatchObject({ small_kind: null, bundle_id: null })
  })
})

describe('units of an enterprise', () => {
  const shop: UnitRow = { kind: 'workshop', name: '机加工车间', parent: '', person: '周主任' }
  const team: UnitRow = { kind: 'team', name: '甲班', parent: '机加工车间', person: '' }
  it('belong to those of a higher kind only', () => {
    expect(parentsFor(team, [shop, team, { ...team, name: '乙班' }])).toEqual(['机加工车间'])
    expect(parentsFor(shop, [shop, team])).toEqual([])
  })
})
