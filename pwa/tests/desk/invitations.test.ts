import { describe, expect, it } from 'vitest'
import type { WaitingBody } from '@/contract'
import { placesOf } from '@/desk/papers/invitations'

const body = (id: string, township: string | null, people: number): WaitingBody => ({
  organization: { id, name: id, short_name: id, kind: 'village' },
  township: township ? { id: township, name: township, short_name: township, kind: 'township_subcentre' } : null,
  people,
})

describe('where a sheet of codes can be made for', () => {
  it('offers a township as a whole before its villages, if several of them wait', () => {
    const places = placesOf([body('赵村', '清河镇', 3), body('古城', '清河镇', 2), body('柳林村', '柳林乡', 1)])
    expect(places.map(({ name, isWhole, people }) => [name, isWhole, people])).toEqual([
      ['清河镇', true, 5], ['赵村', false, 3], ['古城', false, 2], ['柳林村', false, 1],
    ])
  })
  it('leaves a department’s line alone, which lies in no township', () => {
    expect(placesOf([body('公路局', null, 4)])).toEqual([{ id: '公路局', name: '公路局', isWhole: false, people: 4 }])
  })
})
