// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { AssessmentPaper, StepPaper } from '@/contract'
import { session, signOut } from '@/core/session'
import { keepUnfinished, readUnfinished } from '@/core/unfinished'
import PaperPanel from '@/desk/assessments/PaperPanel.vue'
import { startWords } from '@/words'

// Style sheets are nothing that node could load.
vi.mock('element-plus/es/components/date-picker/style/css', () => ({}))
vi.mock('element-plus/es/components/select/style/css', () => ({}))

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:id', name: 'assessment-paper', component: { render: () => null } }] })
const LEFT = '上次没写完的内容还在'
const items = ['patrol', 'rectify'].map((key) => ({ key, name: key, points: 10, how: '' }))
const BLANK = { id: 'p', year: 2026, version: 1, status: 'self', self_until: '2026-12-31', object_until: null, body: { short_name: '甲镇', kind: 'township_subcentre' }, said: {}, result: null, score: null, steps: [], named: [], offered: [], may: ['submit'], facts: { as_of: '2026-11-28T00:00:00Z' } }
let paper: AssessmentPaper
let refusal: object | null = null

vi.stubGlobal('fetch', async (request: Request) => {
  if (request.method === 'GET') return Response.json(paper)
  if (request.method === 'DELETE') return new Response(null, { status: 204 })
  if (refusal) return Response.json(refusal, { status: 409 })
  const { said } = (await request.json()) as StepPaper
  paper = { ...paper, said: { ...said }, version: paper.version + 1, status: 'submitted' }
  return Response.json(paper)
})
const signIn = (id: string): void => session.set({ me: { id, name: id, seats: [], permissions: [] } as never, isFresh: true, isExpired: false })

beforeEach(async () => {
  await startWords()
  localStorage.clear()
  refusal = null
  paper = { ...BLANK, form: { name: '考核', kinds: [], dimensions: [{ name: '一', items }] } } as never
  signIn('ann')
})

async function open() {
  const page = mount(PaperPanel, { props: { id: 'p' }, global: { plugins: [router] } })
  await flushPromises()
  await vi.waitFor(() => expect(page.find('.ways').exists()).toBe(true))
  const press = async (words: string) => {
    await page.findAll('button').find((one) => one.text() === words)!.trigger('click')
    await flushPromises()
  }
  const sentences = (): string[] => page.findAll('textarea').map((one) => (one.element as HTMLTextAreaElement).value)
  const submit = async () => {
    await page.get('form').trigger('submit')
    for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 2))
    await flushPromises()
  }
  return { page, press, sentences, submit }
}
async function half(sentence = '全年按方案做了') {
  const opened = await open()
  await opened.press('自评')
  await opened.page.findAll('textarea')[0]!.setValue(sentence)
  return opened
}

describe('a self-assessment that is half written', () => {
  it('is there again when the page comes back, and says so', async () => {
    const { page } = await half()
    expect(page.text()).not.toContain(LEFT) // it has just been typed
    page.unmount()
    const again = await open()
    expect(again.page.text()).toContain(LEFT)
    await again.press('自评')
    expect([again.page.text().includes(LEFT), again.sentences()]).toEqual([true, ['全年按方案做了', '']])
    again.page.unmount()
  })

  it('is thrown away when that is confirmed', async () => {
    const { page, press, sentences } = await half()
    await press('取消')
    await press('自评')
    await press('不要这些了')
    await press('取消')
    expect(sentences()[0]).toBe('全年按方案做了')
    await press('不要这些了')
    await press('删掉')
    expect([page.text().includes(LEFT), sentences(), readUnfinished('ann', 'assessment.p')]).toEqual([false, ['', ''], null])
    page.unmount()
  })

  it('is nobody else’s on the same computer', async () => {
    ;(await half()).page.unmount()
    signIn('bob')
    const other = await open()
    expect(other.page.text()).not.toContain(LEFT)
    await other.press('自评')
    expect(other.sentences()).toEqual(['', ''])
    other.page.unmount()
  })

  it('goes when it is handed in', async () => {
    const { page, submit } = await half()
    await page.findAll('textarea')[1]!.setValue('改了')
    await submit()
    expect([paper.status, readUnfinished('ann', 'assessment.p'), page.text().includes(LEFT)]).toEqual(['submitted', null, false])
    page.unmount()
  })

  it('goes when its writer signs out, and nothing of another’s', async () => {
    ;(await half()).page.unmount()
    keepUnfinished('bob', 'assessment.p', { version: 1, said: { patrol: '乙' } })
    await signOut()
    expect([readUnfinished('ann', 'assessment.p'), readUnfinished('bob', 'assessment.p')]).toEqual([null, { version: 1, said: { patrol: '乙' } }])
  })

  it('stays where the paper has gone on meanwhile, over the paper as it is now', async () => {
    const { page, submit, sentences } = await half()
    await page.findAll('textarea')[1]!.setValue('改了')
    refusal = { code: 'changed_meanwhile', zh: '别人刚刚改过这条。', en: '', fields: [], details: {} }
    paper = { ...paper, said: { patrol: '同事写的', rectify: '同事写的' }, version: 2, status: 'submitted' }
    await submit()
    expect([page.get('[role=alert]').text(), sentences()]).toEqual(['别人刚刚改过这条。', ['全年按方案做了', '改了']])
    page.unmount()
    const again = await open()
    expect(again.page.text()).toContain('这期间这张表有过变动')
    refusal = null
    await again.press('自评')
    await again.submit()
    expect([paper.said, paper.version]).toEqual([{ patrol: '全年按方案做了', rectify: '改了' }, 3])
    again.page.unmount()
  })

  it.each([['the same was handed in', { said: { patrol: '全年按方案做了' }, version: 2 }], ['it can no longer be handed in', { may: [] }]])('goes where %s', async (_, now) => {
    ;(await half()).page.unmount()
    paper = { ...paper, ...now } as never
    const { page } = await open()
    expect([page.text().includes(LEFT), readUnfinished('ann', 'assessment.p')]).toEqual([false, null])
    page.unmount()
  })

  it('is only not kept where the browser keeps nothing', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const { page, sentences } = await half()
    expect(sentences()[0]).toBe('全年按方案做了')
    vi.restoreAllMocks()
    page.unmount()
  })
})
