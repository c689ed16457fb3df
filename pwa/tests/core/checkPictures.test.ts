import { beforeEach, describe, expect, it } from 'vitest'
import type { ChecklistVersion } from '@/contract'
import { LONGEST_MS, MOST_PICTURES, readPictures, type PictureDeps } from '@/core/checkPictures'
import { sha256Hex } from '@/core/hash'
import { newPhone, type Phone } from './phone'
import { draftVisit } from './visit'

const bytesOf = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer
const hashOf = (text: string): Promise<string> => sha256Hex(bytesOf(text))

describe('pictures beside the questions', () => {
  let phone: Phone
  let asked: string[]
  let store: Map<string, ArrayBuffer>
  beforeEach(() => {
    phone = newPhone()
    asked = []
    store = new Map()
  })

  /** A list that the phone has, with one question for each pair (wrong, right). */
  async function list(id: string, ...pairs: (string | null)[][]): Promise<string[]> {
    const hashes: string[] = []
    const items = []
    for (const pair of pairs) {
      const [photo_wrong = null, photo_right = null] = await Promise.all(pair.map((text) => text && hashOf(text)))
      for (const [at, sha256] of [photo_wrong, photo_right].entries()) {
        if (!sha256) continue
        hashes.push(sha256)
        store.set(sha256, bytesOf(pair[at]!))
      }
      items.push({ photo_wrong, photo_right })
    }
    await phone.db.checklists.put({ id, items } as unknown as ChecklistVersion)
    return hashes
  }
  const inUse = (...ids: string[]) => phone.db.meta.put({ key: 'list_ids', value: ids })
  const here = async (): Promise<string[]> => (await phone.db.thumbs.toCollection().primaryKeys()).sort()
  const read = (more: Partial<PictureDeps> = {}) =>
    readPictures({
      db: phone.db,
      now: phone.clock.now,
      isShort: () => Promise.resolve(false),
      picture(sha256) {
        asked.push(sha256)
        const bytes = store.get(sha256)
        return Promise.resolve(bytes ? { bytes, type: 'image/jpeg' } : null)
      },
      ...more,
    })

  it('come one by one, each once, in the order of the questions, and can be read back', async () => {
    const hashes = await list('v1', ['locked', 'open'], [null, 'full'])
    await inUse('v1')
    await read()
    await read()
    expect(asked).toEqual(hashes)
    expect(await here()).toEqual([...hashes].sort())
    const blob = await phone.photos.thumb(hashes[1]!)
    expect(await blob?.text()).toBe('open')
  })

  it('of a list that is not used here do not come', async () => {
    await list('v1', ['locked'])
    await inUse('v2')
    await read()
    expect(asked).toEqual([])
  })

  it('go with the list, but neither with its visit still open nor with photos', async () => {
    const [old] = await list('v1', ['locked'])
    const [other] = await list('v2', ['open'])
    const draft = await draftVisit(phone)
    await phone.db.drafts.put({ ...draft, versionId: 'v1' })
    const photo = (await phone.db.photos.toCollection().primaryKeys())[0]
    await inUse('v1', 'v2')
    await read()
    await inUse('v2')
    await read()
    expect(await here()).toEqual([old, other, photo].sort())
    await phone.db.drafts.clear()
    await read()
    expect(await here()).toEqual([other, photo].sort())
  })

  it('that are something else than their name says are not kept, and are asked for again', async () => {
    const [first, second] = await list('v1', ['locked', 'open'])
    await inUse('v1')
    store.set(first!, bytesOf('<html>sign in to our hotel</html>'))
    await read()
    expect(await here()).toEqual([second])
    store.set(first!, bytesOf('locked'))
    await read()
    expect(await here()).toEqual([first, second].sort())
  })

  it('do not keep news waiting: the rest comes next time', async () => {
    const hashes = await list('v1', ['locked', 'open'], ['empty', 'full'])
    await inUse('v1')
    const slow: PictureDeps['picture'] = (sha256) => {
      phone.clock.pass(LONGEST_MS / 2 + 1)
      return Promise.resolve({ bytes: store.get(sha256)!, type: 'image/jpeg' })
    }
    await read({ picture: slow })
    expect(await here()).toHaveLength(2)
    await read({ picture: slow })
    expect(await here()).toEqual([...hashes].sort())
  })

  it('leave the last space to what people record', async () => {
    await list('v1', ['locked'])
    await inUse('v1')
    await read({ isShort: () => Promise.resolve(true) })
    expect(asked).toEqual([])
  })

  it('are no more than a phone has room for', async () => {
    await list('v1', ...Array.from({ length: MOST_PICTURES }, (_, n) => [`wrong ${n}`, `right ${n}`]))
    await inUse('v1')
    await read()
    expect(await here()).toHaveLength(MOST_PICTURES)
  })

  it('are none in a list of a server of before', async () => {
    await phone.db.checklists.put({ id: 'v1', items: [{ code: 'A-1', picture: 'exit' }] } as unknown as ChecklistVersion)
    await inUse('v1')
    expect(await read()).toBeNull()
    expect(asked).toEqual([])
  })
})
