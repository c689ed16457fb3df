import { describe, expect, it } from 'vitest'
import { exportFrom, importInto } from '@/core/rescue/file'
import { newPhone, queueReport, takePhoto, type Phone } from './phone'

const ANN = { id: 'ann', name: '张三' }

async function filled(): Promise<Phone> {
  const phone = newPhone()
  await queueReport(phone, 2)
  await queueReport(phone, 0)
  const photoIds = [await takePhoto(phone)]
  await phone.drafts.save({ ...phone.drafts.newReport({ note: '草稿' }), photoIds })
  return phone
}

describe('rescue file', () => {
  it('carries everything unsent to another phone, which sends it once', async () => {
    const broken = await filled()
    const file = await exportFrom(broken.db, ANN, broken.clock.at)
    const other = newPhone({ server: broken.server })
    expect(await importInto(other.db, 'ann', file, other.clock.at)).toEqual({ ok: true, added: 4, known: 0 })
    expect(await other.drafts.list()).toMatchObject([{ fields: { note: '草稿' } }])
    other.clock.pass(60_000)
    expect(await other.outbox.flush()).toMatchObject({ accepted: 4 })
    expect(await broken.outbox.flush()).toMatchObject({ accepted: 4 })
    expect(broken.server.stored.size).toBe(4)
    expect(broken.server.strangers).toBe(0)
  })

  it('is plain JSON: version, person, bodies with hashes, photos in base64', async () => {
    const phone = await filled()
    const rescue = JSON.parse(await (await exportFrom(phone.db, ANN, phone.clock.at)).text())
    expect(rescue).toMatchObject({ v: 1, exported_at: '2026-11-22T02:00:10.000Z', person: ANN })
    const [first] = await phone.outbox.items()
    expect(rescue.items[0]).toMatchObject({ kind: 'hazard', path: first!.path, body: first!.body, sha256: first!.sha256 })
    expect(rescue.photos).toHaveLength(3)
    expect(Buffer.from(rescue.photos[0].base64, 'base64').length).toBe(rescue.photos[0].size)
  })

  it('changes nothing when the same file comes twice', async () => {
    const phone = await filled()
    const file = await exportFrom(phone.db, ANN, phone.clock.at)
    expect(await importInto(phone.db, 'ann', file, phone.clock.at)).toEqual({ ok: true, added: 0, known: 4 })
    await phone.outbox.flush()
    expect(await importInto(phone.db, 'ann', file, phone.clock.at)).toEqual({ ok: true, added: 0, known: 4 })
  })

  it('does not take the records of one person into the account of another', async () => {
    const phone = await filled()
    const file = await exportFrom(phone.db, ANN, phone.clock.at)
    const bo = newPhone({ personId: 'bo' })
    expect(await importInto(bo.db, 'bo', file, 0)).toEqual({ ok: false, problem: 'wrong_person', name: '张三' })
    expect(await bo.outbox.items()).toEqual([])
  })

  it('refuses a file that is cut off, is something else, or has a photo that does not match', async () => {
    const phone = await filled()
    const text = await (await exportFrom(phone.db, ANN, phone.clock.at)).text()
    const damaged = text.replace(/"base64":"..../, '"base64":"AAAA')
    for (const bad of [text.slice(0, 500), '{}', 'hello', damaged]) {
      const other = newPhone()
      expect(await importInto(other.db, 'ann', new Blob([bad]), 0)).toMatchObject({ ok: false, problem: 'unreadable' })
      expect(await other.outbox.items()).toEqual([])
    }
  })
})
