import { describe, expect, it } from 'vitest'
import { blankCampaign, choiceOf, orderOf, sampleOf } from '@/desk/logic/campaignForm'

describe('the form of a special check', () => {
  it('names no ground and draws nothing unless it was chosen', () => {
    const form = { ...blankCampaign(), name: ' 燃气 ', checklist_key: 'gas', until: '2026-12-31' }
    expect(orderOf(form)).toEqual({ name: '燃气', basis: '', checklist_key: 'gas', choice: { kinds: [], only_key: false }, sample: null, until: '2026-12-31' })
  })
  it('asks for the count by the same choice that it sends', () => {
    const form = { ...blankCampaign(), kinds: ['ferry' as const], only_key: true, township_id: 't', village_id: 'v', sample: '5' }
    expect(choiceOf(form)).toEqual({ kinds: ['ferry'], only_key: true, township_id: 't', village_id: 'v' })
    expect(orderOf(form).choice).toEqual(choiceOf(form))
    expect(orderOf(form).sample).toBe(5)
  })
  it('names industries and a first day where they were chosen', () => {
    const form = { ...blankCampaign(), sectors: ['H62'], starts_on: '2026-12-20', until: '2026-12-31' }
    expect(choiceOf(form).sectors).toEqual(['H62'])
    expect(orderOf(form).starts_on).toBe('2026-12-20')
    expect(orderOf(blankCampaign())).not.toHaveProperty('starts_on')
  })
  it.each([['', null], ['0', null], ['-3', null], ['很多', null], ['2.7', 2], ['12', 12]])('takes %s for a draw of %s', (sample, n) => {
    expect(sampleOf({ sample })).toBe(n)
  })
})
