// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { PatrolTask } from '@/contract'
import { account, openAccount } from '@/core/account'
import DelaySheet from '@/field/patrols/DelaySheet.vue'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const global = { plugins: [router] }
const task = (id: string, part: object = {}): PatrolTask =>
  ({ id, due_on: '2026-11-23', original_due_on: '2026-11-23', duty: '巡查', rollovers: 0, grid: null, object: { id: `at-${id}`, name: id }, members: [], ...part }) as never

beforeEach(() => openAccount('ann'))
afterEach(async () => {
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

/** Until the phone's database has answered. */
async function settled(): Promise<void> {
  for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 5))
  await flushPromises()
}

describe('今天做不了', () => {
  const open = async (of: PatrolTask) => {
    const sheet = mount(DelaySheet, { props: { task: of }, global, attachTo: document.body })
    await flushPromises()
    return sheet
  }

  it('tapped twice puts the task off once', async () => {
    const sheet = await open(task('河边饭店'))
    await sheet.get('input[value=closed]').setValue()
    const keep = sheet.get('.primary').element as HTMLButtonElement
    keep.click()
    keep.click()
    await settled()
    expect((await account().outbox.items()).map(({ kind }) => kind)).toEqual(['delay'])
    expect(sheet.emitted('close')?.length).toBe(1)
    sheet.unmount()
  })

  it('opened for the next task knows nothing of what was said, and not kept, of the last', async () => {
    const sheet = await open(task('河边饭店'))
    await sheet.get('input[value=other]').setValue()
    await sheet.get('input[maxlength]').setValue('路断了')
    await sheet.setProps({ task: null })
    await sheet.setProps({ task: task('粮站') })
    await flushPromises()
    expect([sheet.find('input:checked').exists(), sheet.get('.primary').attributes('disabled')]).toEqual([false, ''])
    await sheet.get('input[value=other]').setValue()
    expect((sheet.get('input[maxlength]').element as HTMLInputElement).value).toBe('')
    sheet.unmount()
  })
})
