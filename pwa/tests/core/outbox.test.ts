import { describe, expect, it } from 'vitest'
import { createOutbox } from '@/core/outbox/create'
import { draftReport, newPhone, queueReport, takePhoto } from './phone'
import { answers, forged, lostAnswer, lostRequest, portal, problem } from './server'

describe('what is saved', () => {
  it('moves a draft into the line in one step and answers with the hold', async () => {
    const phone = newPhone()
    const draft = await draftReport(phone, 2)
    const queued = await phone.outbox.enqueueReport(draft)
    expect(queued).toEqual({ draftId: draft.id, holdUntil: phone.clock.at + 5_000 })
    expect(await phone.drafts.list()).toEqual([])
    const items = await phone.outbox.items()
    expect(items.map((item) => item.kind)).toEqual(['hazard', 'photo', 'photo'])
    expect(JSON.parse(items[0]!.body!)).toMatchObject({
      contract: 2,
      category_code: 'fire',
      occurred_at: '2026-11-22T02:00:00.000Z',
      photos: [{ photo_id: draft.photoIds[0], role: 'before' }, { photo_id: draft.photoIds[1] }],
    })
  })

  it('queues once when the button is tapped twice', async () => {
    const phone = newPhone()
    const draft = await draftReport(phone)
    await Promise.all([phone.outbox.enqueueReport(draft), phone.outbox.enqueueReport(draft)])
    expect(await phone.outbox.items()).toHaveLength(2)
  })

  it('does not raise a draft from the dead when an autosave comes late', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone)
    await phone.drafts.save(draft)
    expect(await phone.drafts.list()).toEqual([])
    await phone.outbox.flush()
    await phone.drafts.save(draft)
    expect(await phone.drafts.list()).toEqual([])
  })

  it('does not say that it is saved when it reads something else back', async () => {
    const phone = newPhone()
    const draft = await draftReport(phone, 0)
    const rotten = (item: { body: string | null }) => ({ ...item, body: '{}' })
    phone.db.outbox.hook('reading', rotten as never)
    await expect(phone.outbox.enqueueReport(draft)).rejects.toMatchObject({ code: 'storage_lost' })
  })

  it('refuses a report whose photo is gone and keeps the draft', async () => {
    const phone = newPhone()
    const draft = await draftReport(phone)
    await phone.db.bytes.clear()
    await expect(phone.outbox.enqueueReport(draft)).rejects.toMatchObject({ code: 'photo_gone' })
    expect(await phone.drafts.list()).toHaveLength(1)
    expect(await phone.outbox.items()).toEqual([])
  })

  it('sends an on-site fix as three steps in order, each with its own photos', async () => {
    const phone = newPhone()
    const before = await takePhoto(phone, 'before')
    const after = await takePhoto(phone, 'after')
    const draft = phone.drafts.withFix({ ...phone.drafts.newReport({ category_code: 'fire' }), photoIds: [before, after] }, { rating: 5 })
    await phone.outbox.enqueueReport(draft)
    phone.clock.pass(5_000)
    await phone.outbox.flush()
    const json = phone.server.log.filter((line) => line.includes('/hazards/'))
    expect(json.map((line) => line.split(' ')[0])).toEqual([
      `/api/hazards/${draft.id}`,
      `/api/hazards/${draft.id}/actions/${draft.fix!.actionId}`,
      `/api/hazards/${draft.id}/actions/${draft.fix!.archiveId}`,
    ])
    const report = JSON.parse(phone.server.stored.get(draft.id)!.body!)
    const fix = JSON.parse(phone.server.stored.get(draft.fix!.actionId)!.body!)
    expect(report).toMatchObject({ escalate: false, photos: [{ photo_id: before }] })
    expect(fix).toMatchObject({ action: 'fix_on_site', rating: 5, photos: [{ photo_id: after }] })
    expect(await phone.outbox.items()).toEqual([])
  })
})

describe('the five outcomes', () => {
  it('accepts a receipt of its own, keeps it, and empties the line', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2, stopped: null })
    expect(await phone.outbox.items()).toEqual([])
    expect(await phone.db.receipts.get(draft.id)).toMatchObject({ isComplete: false, receipt: { mac: 'm' } })
    expect(await phone.photos.row(draft.photoIds[0]!)).toMatchObject({ state: 'received' })
    expect(await phone.photos.blob(draft.photoIds[0]!)).not.toBeNull()
  })

  it('sends again after an answer was lost, and the server has it once', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 0)
    phone.server.faults = [lostAnswer]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, stopped: 'unreachable' })
    expect(phone.server.has(draft.id)).toBe(true)
    expect(await phone.outbox.items()).toHaveLength(1)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
    expect(phone.server.stored.size).toBe(1)
    expect(phone.server.strangers).toBe(0)
  })

  it.each([500, 502, 503, 429, 408, 425])('postpones after %i and tries again for ever', async (status) => {
    const phone = newPhone()
    await queueReport(phone, 0)
    for (let n = 0; n < 12; n += 1) {
      phone.server.faults = [answers(status)]
      await phone.outbox.flush()
      phone.clock.pass(5 * 60_000)
    }
    const [item] = await phone.outbox.items()
    expect(item).toMatchObject({ attempts: 12, laters: 12, isRefused: false, lastError: { why: 'busy', status } })
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
  })

  it('doubles the wait up to five minutes, with full jitter', async () => {
    const phone = newPhone({ random: () => 1 })
    await queueReport(phone, 0)
    const waits: number[] = []
    for (let n = 0; n < 10; n += 1) {
      phone.server.faults = [answers(500)]
      await phone.outbox.flush()
      waits.push((await phone.outbox.items())[0]!.notBefore - phone.clock.at)
      phone.clock.pass(6 * 60_000)
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000))
  })

  it('obeys Retry-After, also when the button is pressed; own backoff yields to the button', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    phone.server.faults = [answers(503, problem('database_unavailable'), { 'Retry-After': '15' })]
    await phone.outbox.flush()
    expect(phone.outbox.state.get().wakeAt).toBe(phone.clock.at + 15_000)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0 })
    phone.clock.pass(15_000)
    phone.server.faults = [answers(500)]
    await phone.outbox.flush()
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0 })
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 1 })
  })

  it('remembers Retry-After through a restart, for the others of its kind, too, while it runs', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    await queueReport(phone, 0)
    phone.server.faults = [answers(503, '', { 'Retry-After': '60' })]
    await phone.outbox.flush()
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0 })
    expect(await createOutbox(phone.deps).flush(true)).toMatchObject({ accepted: 1 })
    phone.clock.pass(60_000)
    expect(await createOutbox(phone.deps).flush(true)).toMatchObject({ accepted: 1 })
  })

  it('does not wake up for what only a person can put right', async () => {
    const phone = newPhone()
    await queueReport(phone, 1)
    phone.server.faults = [answers(422, problem('incomplete'))]
    await phone.outbox.flush()
    expect(phone.outbox.state.get().wakeAt).toBeNull()
    await phone.outbox.retry((await phone.outbox.items())[0]!.seq)
    expect(phone.outbox.state.get().wakeAt).not.toBeNull()
  })

  it('asks for the network soon, then less often, and starts anew once it was there', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    const waits: number[] = []
    for (let n = 0; n < 6; n += 1) {
      phone.server.sessionFaults = [lostRequest]
      await phone.outbox.flush()
      waits.push(phone.outbox.state.get().wakeAt! - phone.clock.at)
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
    await phone.outbox.flush()
    await queueReport(phone, 0)
    phone.server.sessionFaults = [lostRequest]
    await phone.outbox.flush()
    expect(phone.outbox.state.get().wakeAt! - phone.clock.at).toBe(5_000)
  })

  it('understands Retry-After as a date and does not believe a year', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    const date = new Date(phone.clock.at + 90_000).toUTCString()
    phone.server.faults = [answers(503, '', { 'Retry-After': date })]
    await phone.outbox.flush()
    expect(phone.outbox.state.get().wakeAt).toBe(phone.clock.at + 90_000)
    phone.clock.pass(90_000)
    phone.server.faults = [answers(503, '', { 'Retry-After': '31536000' })]
    await phone.outbox.flush()
    expect(phone.outbox.state.get().wakeAt).toBe(phone.clock.at + 3_600_000)
  })

  it('stops the whole run when unreachable and goes on at the next', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    await queueReport(phone, 0)
    phone.server.faults = [lostRequest]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, stopped: 'unreachable' })
    expect(phone.server.log).toEqual([])
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('keeps its items when the cookie becomes somebody else’s between asking and sending', async () => {
    const phone = newPhone()
    await queueReport(phone, 1)
    phone.server.faults = [(next) => ((phone.server.signedIn = 'bob'), next())]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, stopped: 'signed_out' })
    expect(phone.server.stored.size).toBe(0)
    expect(await phone.outbox.items()).toHaveLength(2)
    phone.server.signedIn = 'ann'
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('pauses at 401, tells the session, and resumes after signing in', async () => {
    let told = 0
    const phone = newPhone({ signedOut: () => (told += 1) })
    await queueReport(phone, 1)
    phone.server.faults = [answers(401, problem('not_signed_in'))]
    expect(await phone.outbox.flush()).toMatchObject({ stopped: 'signed_out' })
    phone.server.signedIn = null
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0, stopped: 'signed_out' })
    expect(phone.outbox.state.get().wakeAt).toBeNull()
    expect(told).toBe(2)
    expect(await phone.outbox.items()).toHaveLength(2)
    phone.server.signedIn = 'ann'
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it.each([
    [413, '<html>too large</html>', 'too_large'],
    [422, { detail: [] }, 'refused'],
    [422, problem('unknown_contract'), 'unknown_contract'],
    [409, problem('not_allowed_now', { details: { state: 'done' } }), 'not_allowed_now'],
    [404, problem('not_found'), 'not_found'],
    [403, problem('not_permitted'), 'not_permitted'],
  ])('parks %i red, stops its lane, lets the others go', async (status, body, code) => {
    const phone = newPhone()
    const bad = await queueReport(phone, 1)
    await phone.outbox.enqueueAction(phone.drafts.newAction(bad.hazardId, 'comment', { note: '在路上' }))
    const good = await queueReport(phone, 1)
    phone.server.faults = [answers(status, body)]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2, refused: 1, stopped: null })
    expect(phone.server.has(good.id)).toBe(true)
    const left = await phone.outbox.items()
    expect(left.map((item) => [item.kind, item.isRefused])).toEqual([['hazard', true], ['photo', false], ['action', false]])
    expect(left[0]!.problem).toMatchObject({ code, status })
    expect(await phone.outbox.counts()).toMatchObject({ waiting: 1, attention: 1, photos: 1 })
    await phone.outbox.retry(left[0]!.seq)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 3 })
  })

  it.each([404, 405, 403])('does not take a bare %i from something in between for a refusal', async (status) => {
    const phone = newPhone()
    await queueReport(phone, 0)
    phone.server.faults = [answers(status, '<html>nginx</html>')]
    expect(await phone.outbox.flush()).toMatchObject({ postponed: 1, refused: 0 })
  })

  it('does not take the 200 of a captive portal for an answer', async () => {
    const phone = newPhone()
    await queueReport(phone)
    phone.server.faults = [portal]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, stopped: 'captive_portal' })
    phone.server.sessionFaults = [portal]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, stopped: 'captive_portal' })
    phone.server.faults = [answers(302, '', { Location: 'http://portal/' })]
    expect(await phone.outbox.flush()).toMatchObject({ stopped: 'captive_portal' })
    phone.server.faults = [answers(200, { ok: true })]
    expect(await phone.outbox.flush()).toMatchObject({ stopped: 'captive_portal' })
    expect(phone.server.stored.size).toBe(0)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it.each([{ id: 'someone-else' }, { sha256: '0'.repeat(64) }, { mac: '' }, { received_at: undefined }, { seq: undefined }])(
    'does not accept a receipt that is not its own, or not whole: %o',
    async (change) => {
      const phone = newPhone()
      await queueReport(phone, 0)
      phone.server.faults = [forged(change)]
      expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, postponed: 1 })
      expect((await phone.outbox.items())[0]!.lastError).toMatchObject({ why: 'wrong_receipt' })
    },
  )

  it('sends a photo again that was hurt on the way', async () => {
    const phone = newPhone()
    await queueReport(phone)
    phone.server.faults = [(next) => next(), answers(422, problem('digest_mismatch'))]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1, postponed: 1, refused: 0 })
  })
})
