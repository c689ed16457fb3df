// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Campaign } from '@/contract'
import CampaignsPart from '@/desk/patrols/CampaignsPart.vue'

/** By method and path, the newest answer; what is not named cannot be reached. */
let answers: Record<string, () => Response> = {}
vi.stubGlobal('fetch', ({ method, url }: Request) => {
  const answer = answers[`${method} ${new URL(url).pathname}`]
  return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('failed to fetch'))
})
afterEach(() => { answers = {} })

const campaign = (more: Partial<Campaign> = {}): Campaign => ({
  id: 'c', name: '燃气', basis: '', list_name: '九小', body: { id: 't', name: '城关镇', short_name: '城关' } as Campaign['body'],
  choice: { kinds: [], only_key: false, township_id: null, village_id: null, grid_id: null, sample: null },
  starts_on: '2026-11-23', until: '2026-11-30', ended_on: null, planned: 3, done: 3, late: 0, missed: 0, dropped: 0, issues: 0, is_mine: true, ...more,
})

describe('the list of special checks', () => {
  it.each([['2026-11-24', '10', '30%'], [null, '3', '100%']])('ended on %s, takes its bar of %s places', async (ended_on, max, share) => {
    answers = { 'GET /api/campaigns': () => Response.json([campaign({ ended_on, dropped: 7 })]) }
    const part = mount(CampaignsPart)
    await flushPromises()
    const bar = part.get('progress')
    expect([bar.attributes('max'), bar.text()]).toEqual([max, share])
    expect(part.get('.numbers').text()).toContain('不用查了 7')
    part.unmount()
  })
})
