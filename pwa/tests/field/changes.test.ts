import { describe, expect, it } from 'vitest'
import type { ObjectView, ObjectProposal } from '@/contract'
import type { CollectDraft } from '@/core/types'
import { changeOf, finished, missingOf, proposalsOf, returnedOf } from '@/field/collect/form'
import { draftKind } from '@/field/pending/rows'

const SHOP = {
  id: 'shop', kind: 'individual_business', small_kind: null, name: '老王修车铺', address: '一路 1 号', credit_code: null,
  contact_name: '王老板', contact_phone: '13812341234', concerns: '', grid: { id: 'g1', name: '一格' }, confirmed_at: '2026-11-01T00:00:00Z', proposals: [],
} as unknown as ObjectView
const back = { id: 'p', person_id: 'me', verdict: 'returned', word: '没有换', gone: null, note: '', lines: [{ field: 'contact_phone', new: '13900001111' }] } as unknown as ObjectProposal
const draftOf = (fields: CollectDraft['fields']): CollectDraft =>
  ({ id: 'd', hazardId: 'shop', kind: 'collect', fields, position: null, photoIds: [], occurredAt: 0, createdAt: 0, updatedAt: 0 })

describe('a change of what is in the ledger', () => {
  it('is nothing until something differs from what was shown', () => {
    const fields = changeOf(SHOP, undefined)
    expect(missingOf(draftOf(fields))).toEqual(['change'])
    expect(missingOf(draftOf({ ...fields, contact_phone: ' 13812341234 ' }))).toEqual(['change'])
    expect(missingOf(draftOf({ ...fields, contact_phone: '13900001111' }))).toEqual([])
    expect(missingOf(draftOf({ ...fields, name: ' ' }))).toEqual(['name'])
    expect(missingOf(draftOf({ ...fields, gone: 'moved' }))).toEqual([])
  })

  it('says beside the whole form what was shown; a word only of what is gone', () => {
    const { fields } = finished(draftOf({ ...changeOf(SHOP, undefined), contact_name: '李老板 ', note: '多余' }))
    expect(fields).toMatchObject({ contact_name: '李老板', note: '', gone: null, seen: { contact_name: '王老板', contact_phone: '13812341234' } })
    expect(finished(draftOf({ ...fields, gone: 'closed', note: ' 贴了转让 ' })).fields).toMatchObject({ gone: 'closed', note: '贴了转让' })
    expect(draftKind(draftOf(fields))).toBe('field.change.title')
  })

  it('begins again with what was sent back to me', () => {
    const shop = { ...SHOP, proposals: [back] }
    expect(returnedOf(shop, 'me')).toBe(back)
    expect(returnedOf(shop, 'other')).toBeUndefined()
    expect(changeOf(shop, back)).toMatchObject({ contact_phone: '13900001111', seen: { contact_phone: '13812341234' } })
  })

  it('knows of none in a copy that a build of before has kept', () => {
    const { proposals: _none, ...older } = SHOP
    expect(proposalsOf(older as ObjectView)).toEqual([])
  })
})
