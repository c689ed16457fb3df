// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { RecordErrand } from '@/contract'
import { account, openAccount } from '@/core/account'
import { session } from '@/core/session'
import type { ErrandDraft } from '@/core/types'
import { counted, finished, missingOf } from '@/field/errand/form'
import ErrandPage from '@/field/errand/ErrandPage.vue'
import { draftTitle } from '@/field/pending/rows'
import { isWorthy } from '@/field/shell/drafts'
import { routeOfDraft } from '@/field/shell/steps'
import { newPhone, takePhoto } from '../core/phone'
import { lostAnswer, lostRequest } from '../core/server'

const of = (fields: ErrandDraft['fields']): ErrandDraft =>
  ({ kind: 'errand', id: 'e', hazardId: 'e', photoIds: [], fields, occurredAt: 0, createdAt: 0, updatedAt: 0 })
const AT = { kind: 'delivery', object_id: 'shop', place: '河边饭店', topic: '告知书' } as const

describe('the form of an errand', () => {
  it('asks what, where and which; of a document who received it, or why nobody has', () => {
    expect(missingOf(of({}))).toEqual(['kind', 'place', 'grid_id', 'topic'])
    expect(missingOf(of({ kind: 'call', place: '桥头', grid_id: 'g', topic: ' ' }))).toEqual(['topic'])
    expect(missingOf(of(AT))).toEqual(['outcome'])
    expect(missingOf(of({ ...AT, outcome: 'signed' }))).toEqual(['receiver'])
    expect(missingOf(of({ ...AT, outcome: 'absent', note: ' ' }))).toEqual(['note'])
    expect(missingOf(of({ ...AT, outcome: 'refused', note: '问总部' }))).toEqual([])
    expect(missingOf(of({ ...AT, kind: 'publicity' }))).toEqual([])
  })

  it('sends only what belongs to its kind, without blanks', () => {
    const signed = { ...AT, outcome: 'signed', receiver: ' 王老板 ', reached: 3, grid_id: 'g' } as const
    expect(finished(of(signed)).fields).toEqual({ kind: 'delivery', object_id: 'shop', topic: '告知书', note: '', outcome: 'signed', receiver: '王老板' })
    expect(finished(of({ ...signed, outcome: 'absent', note: '锁门' })).fields).toEqual({ kind: 'delivery', object_id: 'shop', topic: '告知书', note: '锁门', outcome: 'absent' })
    const call = { ...signed, kind: 'call', object_id: null, place: ' 村口 ' } as const
    expect(finished(of(call)).fields).toEqual({ kind: 'call', grid_id: 'g', place: '村口', topic: '告知书', note: '', reached: 3 })
    expect([counted('12'), counted('-1'), counted('几个'), counted('9999999')]).toEqual([12, null, null, 100_000])
  })

  it('is worth keeping from the first word on, and found again', () => {
    expect([isWorthy(of({ kind: 'call', place: '店', grid_id: 'g' })), isWorthy(of(AT))]).toEqual([false, true])
    expect([draftTitle(of(AT)), routeOfDraft(of(AT))]).toEqual(['告知书', '/errand/e'])
  })
})

describe('an errand in the outbox', () => {
  it('arrives once with its signature, whatever is lost on the way', async () => {
    const phone = newPhone()
    const begun = phone.drafts.newErrand({ ...AT, outcome: 'signed', receiver: '王老板' })
    const draft = await phone.drafts.save({ ...begun, photoIds: [await takePhoto(phone)] })
    await phone.outbox.enqueueErrand(draft)
    await phone.outbox.enqueueErrand(draft) // a second tap
    expect((await phone.outbox.items()).map(({ kind, path }) => [kind, path])).toEqual([['errand', `/api/errands/${draft.id}`], ['photo', `/api/photos/${draft.photoIds[0]!}`]])
    phone.server.faults = [lostAnswer, lostRequest, lostAnswer]
    for (let turn = 0; turn < 8; turn += 1) {
      phone.clock.pass(60_000)
      await phone.outbox.flush(true)
    }
    expect([await phone.outbox.items(), phone.server.stored.size, phone.server.strangers]).toEqual([[], 2, 0])
    const body = JSON.parse(phone.server.stored.get(draft.id)!.body!) as RecordErrand
    expect(body).toMatchObject({ contract: 2, kind: 'delivery', topic: '告知书', receiver: '王老板', photos: [{ photo_id: draft.photoIds[0] }] })
    expect(await phone.db.receipts.get(draft.id)).toMatchObject({ kind: 'errand' })
  })
})

describe('送达、宣传、走访', () => {
  it('is a tap, a title and a name where the place comes with the page; without a network it waits in line', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
    openAccount('ann')
    session.set({ me: { id: 'ann', seats: [{ grid: { id: 'g', name: '三网格' } }], permissions: ['visit:make', 'object:collect'] } as never, isFresh: true, isExpired: false })
    await account().db.objects.put({ id: 'shop', name: '河边饭店', grid: { id: 'g' } } as never)
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
    await router.push('/errand?object=shop&topic=告知书')
    const page = mount(ErrandPage, { global: { plugins: [router] }, attachTo: document.body })
    await vi.waitFor(() => expect(page.text()).toContain('河边饭店'))
    await page.get('.bottom button').trigger('click')
    expect(page.get('[role=alert]').text()).toBe('点一下做了什么')
    await page.get('input[value=delivery]').setValue()
    await page.get('input[value=signed]').setValue()
    await page.get('input[maxlength="40"]').setValue('王老板')
    await page.get('.bottom button').trigger('click')
    await vi.waitFor(async () => expect(await account().db.outbox.count()).toBe(1))
    const [item] = await account().db.outbox.toArray()
    expect(JSON.parse(item!.body!)).toMatchObject({ kind: 'delivery', object_id: 'shop', topic: '告知书', outcome: 'signed', receiver: '王老板' })
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/errands'))
    page.unmount()
  })
})
