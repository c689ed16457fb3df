// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChecklistItem } from '@/contract'
import { account, openAccount } from '@/core/account'
import HowSheet from '@/field/visit/HowSheet.vue'

const [RIGHT, WRONG] = ['ab'.repeat(32), 'cd'.repeat(32)]
const OWN = { question: '消防通道', how_to: '走一遍', picture: null, photo_right: RIGHT, photo_wrong: WRONG, photo_caption: '推得开才对' }
const sheet = (item: object) => mount(HowSheet, { props: { item: item as ChecklistItem }, attachTo: document.body })

describe('怎么查', () => {
  beforeEach(() => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
    openAccount('ann')
  })
  afterEach(async () => {
    await account().db.thumbs.clear()
    document.body.replaceChildren()
  })

  it("shows the county's own pictures that lie in the phone, and words for what does not", async () => {
    await account().db.thumbs.put({ photoId: RIGHT, bytes: new ArrayBuffer(1), type: 'image/jpeg', keepUntil: null })
    const page = sheet(OWN)
    await expect.poll(() => page.findAll('img').map((image) => image.attributes('alt'))).toEqual(['对：推得开才对'])
    expect(page.find('img').attributes('src')).toMatch(/^blob:/)
    expect(page.find('figure.wrong').text()).toContain('图还没下到手机里')
    expect(page.text()).toContain('走一遍')
    page.unmount()
  })

  it('shows a drawn pair as ever, and an item of a server of before', () => {
    const { photo_right: _r, photo_wrong: _w, photo_caption: _c, ...before } = { ...OWN, picture: 'exit' }
    const page = sheet(before)
    expect(page.findAll('svg path').length).toBeGreaterThan(1)
    expect(page.findAll('img')).toHaveLength(0)
    page.unmount()
  })
})
