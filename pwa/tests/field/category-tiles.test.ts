// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { openAccount } from '@/core/account'
import CategoryTiles from '@/field/report/CategoryTiles.vue'
import '@/words/field'
import { startWords } from '@/words'

describe('tiles of a phone that has never heard the rules', () => {
  beforeEach(async () => {
    await startWords()
    openAccount('ann')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => vi.useRealTimers())

  it('waits a moment, then offers 其他 and says why', async () => {
    const tiles = mount(CategoryTiles)
    expect(tiles.findAll('input')).toHaveLength(0)
    vi.advanceTimersByTime(1500)
    await nextTick()
    expect(tiles.findAll('input').map((one) => one.attributes('value'))).toEqual(['other'])
    expect(tiles.text()).toContain('类别还没下载到手机')
    await tiles.find('input').setValue()
    expect(tiles.emitted('choose')?.[0]?.[0]).toMatchObject({ code: 'other', default_level: 'general' })
    tiles.unmount()
  })
})
