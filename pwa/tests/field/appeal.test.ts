// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { MakeAppeal } from '@/contract'
import { account, openAccount } from '@/core/account'
import { session } from '@/core/session'
import NewAppealPage from '@/field/appeals/NewAppealPage.vue'
import AppealsPage from '@/field/appeals/AppealsPage.vue'
import { draftKind, draftTitle } from '@/field/pending/rows'
import { isWorthy } from '@/field/shell/drafts'
import { routeOfDraft } from '@/field/shell/steps'
import { newPhone } from '../core/phone'
import { lostAnswer, lostRequest } from '../core/server'

const SAID = { subject: '消防通道被占', text: '请管一管', place: '文化路口' }
const router = () => createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })

describe('an appeal in the outbox', () => {
  it('arrives once, whatever is lost on the way', async () => {
    const phone = newPhone()
    const draft = await phone.drafts.save(phone.drafts.newAppeal(SAID))
    await phone.outbox.enqueueAppeal(draft)
    await phone.outbox.enqueueAppeal(draft) // a second tap
    expect((await phone.outbox.items()).map(({ kind, path }) => [kind, path])).toEqual([['appeal', `/api/appeals/${draft.id}`]])
    phone.server.faults = [lostAnswer, lostRequest, lostAnswer]
    for (let turn = 0; turn < 8; turn += 1) {
      phone.clock.pass(60_000)
      await phone.outbox.flush(true)
    }
    expect([await phone.outbox.items(), phone.server.stored.size, phone.server.strangers]).toEqual([[], 1, 0])
    expect(JSON.parse(phone.server.stored.get(draft.id)!.body!) as MakeAppeal).toEqual({ contract: 2, ...SAID })
    expect(await phone.db.receipts.get(draft.id)).toMatchObject({ kind: 'appeal' })
  })

  it('is worth keeping from the first word on, has its name and its page', () => {
    const { drafts } = newPhone()
    expect([isWorthy(drafts.newAppeal()), isWorthy(drafts.newAppeal({ subject: '路' }))]).toEqual([false, true])
    const draft = drafts.newAppeal(SAID)
    expect([draftTitle(draft), draftKind(draft), routeOfDraft(draft)]).toEqual(['消防通道被占', 'appeal.title', `/appeals/new/${draft.id}`])
  })
})

describe('提诉求', () => {
  it('goes on with what an older page kept, waits in line without a network, and is seen there', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
    openAccount('ann')
    session.set({ me: { id: 'ann', seats: [{ role: 'gridworker', grid: { id: 'g', name: '三网格' } }], permissions: ['appeal:make'] } as never, isFresh: true, isExpired: false })
    await account().db.meta.put({ key: 'appeal', value: { id: 'old', subject: '消防通道被占', text: '', place: ' 文化路口' } })
    const plugins = [router()]
    const page = mount(NewAppealPage, { global: { plugins }, attachTo: document.body })
    await vi.waitFor(() => expect(page.get<HTMLInputElement>('input[maxlength="60"]').element.value).toBe('消防通道被占'))
    expect(page.get('.bottom button').attributes('disabled')).toBeDefined()
    await page.get('textarea').setValue('请管一管 ')
    await page.get('.bottom button').trigger('click')
    await vi.waitFor(async () => expect(await account().db.outbox.count()).toBe(1))
    const [item] = await account().db.outbox.toArray()
    expect(JSON.parse(item!.body!)).toEqual({ contract: 2, ...SAID })
    expect(await account().db.meta.get('appeal')).toBeUndefined()
    await vi.waitFor(() => expect(plugins[0]!.currentRoute.value.path).toBe('/appeals'))
    page.unmount()
    const list = mount(AppealsPage, { global: { plugins } })
    await vi.waitFor(() => expect(list.text()).toContain('消防通道被占'))
    list.unmount()
  })
})
