// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sha256Hex } from '@/core/hash'
import OwnPictures from '@/desk/checklists/OwnPictures.vue'
import { blankItem, finishedItems, OWN, pictured, pictureOf, type EditedItem } from '@/desk/checklists/editing'
import CheckPhotos from '@/ui/CheckPhotos.vue'

const SHA = 'ab'.repeat(32)
const item = (more: Partial<EditedItem> = {}): EditedItem => ({ ...blankItem([]), code: 'A-1', question: '门锁好了吗', ...more })

describe('which picture a question has', () => {
  it.each([
    [{}, null],
    [{ picture: 'exit' }, 'exit'],
    [{ photo_right: SHA, photo_caption: '锁好的门' }, OWN],
    [{ photo_wrong: SHA, photo_caption: null }, OWN],
    [{ photo_caption: '' }, OWN], // wanted, not chosen yet
  ])('%o: %s', (more, choice) => expect(pictureOf(item(more))).toBe(choice))

  it('is the one or the other', () => {
    const own = item({ photo_right: SHA, photo_caption: '锁好的门' })
    expect(Object.assign(own, pictured('exit'))).toMatchObject({ picture: 'exit', photo_right: null, photo_caption: null })
    expect(pictureOf(Object.assign(own, pictured(OWN)))).toBe(OWN)
    expect(own.picture).toBeNull()
  })

  it('that was wanted and never chosen is none when the list goes out', () => {
    expect(finishedItems([item({ photo_caption: '  ' })])[0]).toMatchObject({ photo_caption: null })
    expect(finishedItems([item({ photo_right: SHA, photo_caption: ' 锁好的门 ' })])[0]).toMatchObject({ photo_right: SHA, photo_caption: '锁好的门' })
  })
})

describe("the county's own photos in the editor", () => {
  afterEach(() => vi.unstubAllGlobals())

  function editor(answer: () => Response) {
    const sent: Request[] = []
    vi.stubGlobal('fetch', (request: Request) => (sent.push(request), Promise.resolve(answer())))
    const edited = item({ photo_caption: '' })
    const page = mount(OwnPictures, { props: { item: edited, onPut: Object.assign } })
    async function choose(at: number, file: File): Promise<void> {
      const input = page.findAll<HTMLInputElement>('input[type=file]')[at]!
      Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
      await input.trigger('change')
      await vi.waitFor(() => expect(page.text()).not.toContain('正在传'))
      await flushPromises()
    }
    return { page, edited, sent, choose }
  }
  const json = (body: unknown, status = 200) => () =>
    new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

  it('go to the server as they are, with their hash, and the question names the answer', async () => {
    const { edited, sent, choose } = editor(json({ sha256: SHA, size: 5 }))
    await choose(0, new File(['photo'], 'door.jpg', { type: 'image/jpeg' }))
    await vi.waitFor(() => expect(edited.photo_wrong).toBe(SHA))
    expect(edited.photo_right).toBeNull()
    const [request] = sent
    expect(await request!.text()).toBe('photo')
    expect(request!.headers.get('Content-Type')).toBe('image/jpeg')
    expect(request!.headers.get('Content-Digest')).toMatch(/^sha-256=:.{44}:$/)
    expect(await sha256Hex('photo')).toHaveLength(64)
  })

  it('that the server refuses are refused in its words', async () => {
    const { page, edited, choose } = editor(json({ code: 'unreadable_photo', zh: '这不是能打开的照片。', en: 'No photo.' }, 422))
    await choose(1, new File(['%PDF'], 'rules.pdf', { type: 'application/pdf' }))
    await vi.waitFor(() => expect(page.find('[role=alert]').text()).toBe('这不是能打开的照片。'))
    expect(edited.photo_right).toBeNull()
  })

  it('that are too large are not even sent', async () => {
    const { page, sent, choose } = editor(json({}))
    const large = new File([''], 'wall.jpg', { type: 'image/jpeg' })
    Object.defineProperty(large, 'size', { value: 13 * 1024 * 1024 })
    await choose(0, large)
    expect(page.find('[role=alert]').text()).toContain('12 MB')
    expect(sent).toEqual([])
  })

  it('are shown with their words and can be taken away', async () => {
    const edited = item({ photo_right: SHA, photo_caption: '推得开才对' })
    const page = mount(OwnPictures, { props: { item: edited, onPut: Object.assign } })
    const image = page.find('img')
    expect(image.attributes()).toMatchObject({ src: `/api/checklists/pictures/${SHA}`, alt: '对：推得开才对' })
    await page.find('button').trigger('click')
    expect(edited.photo_right).toBeNull()
  })
})

describe('the pictures beside a question', () => {
  it('have words, also where the picture is not here or breaks', async () => {
    const page = mount(CheckPhotos, { props: { wrong: '', right: 'blob:1', caption: '推得开才对' } })
    expect(page.findAll('img')).toHaveLength(1)
    expect(page.text()).toContain('图还没下到手机里')
    await page.find('img').trigger('error')
    expect(page.findAll('img')).toHaveLength(0)
    expect(page.text()).toContain('推得开才对')
  })

  it('are one where the other is missing', () => {
    const page = mount(CheckPhotos, { props: { right: 'blob:1', wrong: null, caption: '推得开才对' } })
    expect(page.findAll('figure')).toHaveLength(1)
  })
})
