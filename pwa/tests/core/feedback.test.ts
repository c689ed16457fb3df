import { describe, expect, it } from 'vitest'
import type { AnswerInstruction, Instruction, InstructionAddressee } from '@/contract'
import { dueWords, stateOf, wantsOf } from '@/ui/instructions'
import { newPhone } from './phone'
import { answers, lostAnswer, problem } from './server'

describe('feedback in the outbox', () => {
  it('goes out once in the lane of its instruction, whatever answer is lost', async () => {
    const phone = newPhone()
    const draft = await phone.drafts.save({ ...phone.drafts.newFeedback('told', '排查'), text: '已排查' })
    await phone.outbox.enqueueFeedback(draft)
    await phone.outbox.enqueueFeedback(draft) // a second tap
    const [item] = await phone.outbox.items()
    expect(item).toMatchObject({ kind: 'feedback', lane: 'told', path: `/api/instructions/told/feedback/${draft.id}` })
    expect(await phone.drafts.list()).toEqual([])
    phone.server.faults = [lostAnswer, lostAnswer]
    for (let turn = 0; turn < 4; turn += 1) {
      phone.clock.pass(60_000)
      await phone.outbox.flush(true)
    }
    expect([await phone.outbox.items(), phone.server.stored.size]).toEqual([[], 1])
    expect(JSON.parse(phone.server.stored.get(draft.id)!.body!) as AnswerInstruction).toMatchObject({ contract: 2, text: '已排查' })
  })

  it('refused as a stranger, it is mended under a new id of the same instruction', async () => {
    const phone = newPhone()
    const draft = await phone.drafts.save({ ...phone.drafts.newFeedback('told', '排查'), text: '已排查' })
    await phone.outbox.enqueueFeedback(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(409, problem('same_id_other_content'))]
    await phone.outbox.flush()
    const [item] = await phone.outbox.items()
    const mended = await phone.outbox.edit(item!.seq)
    expect(mended).toMatchObject({ kind: 'feedback', hazardId: 'told', text: '已排查' })
    expect(mended!.id).not.toBe(draft.id)
  })
})

const NOW = Date.parse('2026-11-26T10:00:00+08:00')
const mine = { read_at: '2026-11-25T10:00:00Z', answered_at: null } as InstructionAddressee
const told = (part: Partial<Instruction> = {}): Instruction =>
  ({ status: 'open', wants_feedback: true, due_on: '2026-11-25', mine: [mine], counts: null, ...part }) as Instruction

describe('what an instruction still wants of me', () => {
  it('is to be read, then answered, and nothing once it has ended', () => {
    expect(wantsOf(told({ mine: [{ ...mine, read_at: null }] }))).toBe('unread')
    expect(wantsOf(told())).toBe('unanswered')
    expect(wantsOf(told({ wants_feedback: false }))).toBeNull()
    expect(wantsOf(told({ status: 'withdrawn' }))).toBeNull()
    expect(stateOf(told({ status: 'withdrawn' }))).toBe('instruction.withdrawn')
  })

  it('is late only while it is owed', () => {
    expect(dueWords(told(), NOW)).toMatchObject({ key: 'instruction.due_over', params: { n: 1 }, isLate: true })
    expect(dueWords(told({ mine: [{ ...mine, answered_at: '2026-11-25T10:00:00Z' }] }), NOW)).toMatchObject({ isLate: false })
    expect(dueWords(told({ due_on: '2026-11-26' }), NOW)).toMatchObject({ key: 'instruction.due_today', isLate: false })
    expect(dueWords(told({ status: 'closed' }), NOW)).toBeNull()
  })

  it('runs on over a holiday, as the server says; a copy from before has its day alone', () => {
    const holiday = Date.parse('2026-10-08T10:00:00+08:00')
    expect(dueWords(told({ due_on: '2026-10-02', counts_until: '2026-10-08' }), holiday)).toMatchObject({ key: 'instruction.due_today', params: { day: '10-08' }, isLate: false })
    expect(dueWords(told({ due_on: '2026-10-02' }), holiday)).toMatchObject({ params: { n: 6 }, isLate: true })
  })
})
