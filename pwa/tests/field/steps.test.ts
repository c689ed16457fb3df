import { describe, expect, it } from 'vitest'
import { needs, stepsFrom } from '@/core/flow'
import type { OutboxItem } from '@/core/types'
import { dueAt, formOf, isLateToCorrect, isUnchanged, lackingOf } from '@/field/case/forms'
import { distanceWords, fieldsFor, isFar, lacking } from '@/field/case/verdict'
import { fieldsForRecheck, lackingForRecheck } from '@/field/case/recheck'
import { resultOf } from '@/field/pending/result'
import { kindOf, sizeWords, targetOf, titleOf, whyOf } from '@/field/pending/rows'
import { isForPhone } from '@/field/shell/steps'
import { deviceName } from '@/field/sign-in/device'
import type { QueueGroup } from '@/use/useOutbox'
import { aCase } from './cases'

describe('verifying', () => {
  it('wants the photo, then the verdict, then what belongs to it', () => {
    expect(lacking(null, false, {})).toBe('field.verify.need_photo')
    expect(lacking(null, true, {})).toBe('field.verify.need_verdict')
    expect(lacking('verify', true, {})).toBe('field.verify.need_rating')
    expect(lacking('verify', true, { rating: 4 })).toBeNull()
    expect(lacking('reject', true, { rating: 4, reason: ' ' })).toBe('field.verify.need_reason')
    expect(lacking('reject', true, { reason: '还堵着' })).toBeNull()
  })

  it('asks 「是否在现场？」 beyond 200 m and never without a position', () => {
    expect([isFar(null), isFar(200), isFar(201)]).toEqual([false, false, true])
  })

  it('stores the answer with the step and sends nothing of the other verdict', () => {
    const all = { rating: 2, reason: '还堵着', reason_code: 'partly', position: { lat: 1, lon: 2, source: 'gps' as const } }
    expect(fieldsFor('verify', all, '（约 300 米）')).toEqual({ rating: 2, note: '（约 300 米）', position: all.position })
    expect(fieldsFor('reject', all, '')).toEqual({ reason: '还堵着', reason_code: 'partly', position: all.position })
  })

  it('says distances as people do', () => {
    expect(distanceWords(237)).toEqual({ key: 'field.verify.metres', params: { n: 240 } })
    expect(distanceWords(1849)).toEqual({ key: 'field.verify.kilometres', params: { n: 1.8 } })
  })
})

describe('every other step', () => {
  it('can bring on its page whatever the workflow asks of it', () => {
    const asks = { note: 'note', reason: 'reason', rating: 'rating', after_photo: 'photo', suggestion: 'department', due: 'due' } as const
    const offered = ['reported', 'fixed_on_site', 'escalated', 'assigned', 'done', 'verified', 'voided'] as const
    const missing = offered.flatMap((state) =>
      stepsFrom(state)
        .filter((step) => isForPhone(aCase({ state }), step.action) && !['verify', 'reject', 'pass_recheck', 'fail_recheck'].includes(step.action))
        .flatMap((step) => step.needs.filter((need) => !formOf(step.action)[asks[need as keyof typeof asks]]).map((need) => `${step.action}: ${need}`)),
    )
    expect(missing).toEqual([])
  })

  it('names what is missing before anything is sent', () => {
    const wanted = needs('finish', 'assigned')
    expect(lackingOf(wanted, {}, 0).sort()).toEqual(['after_photo', 'note'])
    expect(lackingOf(wanted, { note: '清走了' }, 1)).toEqual([])
    expect(lackingOf(needs('hand_back', 'assigned'), { reason: '不归我们' }, 0)).toEqual(['suggestion'])
  })

  it('a correction is free for half an hour, then wants a reason, and never goes without a change', () => {
    const at = Date.parse('2026-11-20T02:00:00Z')
    expect([isLateToCorrect('2026-11-20T02:00:00Z', at + 29 * 60_000), isLateToCorrect('2026-11-20T02:00:00Z', at + 31 * 60_000)]).toEqual([false, true])
    expect([isUnchanged({}), isUnchanged({ reason: '写错了' }), isUnchanged({ corrected_note: '' })]).toEqual([true, true, false])
  })

  it('sends a day as its end in the county', () => {
    expect(dueAt('2026-12-04')).toBe('2026-12-04T18:00:00+08:00')
    expect(dueAt('')).toBeNull()
  })
})

const item = (part: Partial<OutboxItem> = {}): OutboxItem =>
  ({ kind: 'hazard', action: null, isRefused: false, problem: null, lastError: null, notBefore: 0, retryAfterUntil: 0, size: 10, draft: null, ...part }) as OutboxItem
const group = (items: OutboxItem[], part: Partial<QueueGroup> = {}): QueueGroup =>
  ({ draftId: 'd', hazardId: 'h', items, lead: items.find((one) => one.kind !== 'photo'), photoIds: [], word: 'waiting', createdAt: 0, ...part }) as QueueGroup

describe('a row of 待上传', () => {
  it('says nothing while nothing is wrong', () => {
    expect(whyOf([item()], 'zh', 0)).toBeNull()
  })

  it('says why it waits and when it goes on', () => {
    const late = item({ lastError: { why: 'busy', status: 503, at: 0 }, notBefore: 4_200 })
    expect(whyOf([late], 'zh', 0)).toEqual({ key: 'queue.why.busy', params: { n: 5 } })
  })

  it('repeats a refusal in the server’s own words, in the reader’s language', () => {
    const problem = { code: 'invalid', zh: '类别已停用。', en: 'Category is closed.', fields: [], details: {}, status: 422 }
    const refused = item({ isRefused: true, problem })
    expect(whyOf([item(), refused], 'zh', 0)).toEqual({ text: '类别已停用。' })
    expect(whyOf([refused], 'en', 0)).toEqual({ text: 'Category is closed.' })
  })

  it('has words for a refusal that brought none', () => {
    expect(whyOf([item({ isRefused: true })], 'zh', 0)).toEqual({ key: 'queue.problem.refused' })
  })

  it('says what was put in line, also when only photos are left', () => {
    expect(kindOf(group([item()]))).toBe('field.pending.kind_report')
    expect(kindOf(group([item({ kind: 'action', action: 'verify' })]))).toBe('action.verify')
    expect(kindOf(group([item({ kind: 'photo' })]))).toBe('field.pending.kind_photo')
  })

  it('放弃 and 修改 mean the refused one, not what waits before it', () => {
    const [waits, bad] = [item({ kind: 'photo', seq: 1 }), item({ kind: 'photo', seq: 2, isRefused: true })]
    expect(targetOf(group([waits, bad]))).toEqual({ drop: bad, edit: null })
    const step = item({ kind: 'action', action: 'fix_on_site', seq: 3, isRefused: true, draft: { kind: 'action' } as never })
    expect(targetOf(group([waits, step, item({ kind: 'action', action: 'archive', seq: 5 })]))).toEqual({ drop: step, edit: step })
    const report = item({ kind: 'hazard', seq: 1, draft: { kind: 'report' } as never })
    expect(targetOf(group([report]))).toEqual({ drop: null, edit: report })
    expect(targetOf(group([report, bad]))).toEqual({ drop: bad, edit: report })
    expect(targetOf(group([report, step])).edit).toBe(step)
  })

  it('is recognised by its words or its place', () => {
    const fields = { note: '', place: '惠民超市' }
    const own = item({ draft: { kind: 'report', fields } as never })
    expect(titleOf(group([own]), new Map(), new Map())).toBe('惠民超市')
    expect(titleOf(group([item({ kind: 'action' })]), new Map([['h', aCase({ note: '', place: '月河公园' })]]), new Map())).toBe('月河公园')
    expect(titleOf(group([item({ kind: 'action' })]), new Map(), new Map())).toBe('')
  })

  it('of a visit or a reason has the name of the place, also when the server had forgotten it', () => {
    const names = new Map([['t', '河边饭店'], ['o', '粮站'], ['g', '三网格']])
    const title = (part: object): string => titleOf(group([item(part)]), new Map(), names)
    const visit = (body: object) => title({ kind: 'visit', body: JSON.stringify({ task_id: null, object_id: null, grid_id: null, ...body }) })
    expect(title({ kind: 'delay', hazardId: 't' })).toBe('河边饭店')
    expect(visit({ task_id: 'done long ago', object_id: 'o', grid_id: 'g' })).toBe('粮站')
    expect(visit({ grid_id: 'g' })).toBe('三网格')
  })

  it('tells sizes short', () => {
    expect([sizeWords(200), sizeWords(280_000), sizeWords(3_400_000)]).toEqual(['1 KB', '273 KB', '3.2 MB'])
  })
})

describe('立即上传 always has an answer', () => {
  const done = { accepted: 0, refused: 0, postponed: 0, stopped: null, isElsewhere: false }
  const counts = { waiting: 0, attention: 0, photos: 0, oldestAt: null }

  it.each([
    [{ ...done, isElsewhere: true }, counts, 'field.pending.result_busy'],
    [{ ...done, stopped: 'unreachable' as const }, counts, 'queue.why.unreachable'],
    [{ ...done, stopped: 'signed_out' as const }, counts, 'queue.why.signed_out'],
    [{ ...done, stopped: 'busy' as const }, counts, 'field.pending.result_later'],
    [{ ...done, postponed: 1 }, counts, 'field.pending.result_later'],
    [{ ...done, accepted: 2 }, { ...counts, attention: 1 }, 'field.pending.result_attention'],
    [{ ...done, refused: 1 }, counts, 'field.pending.result_attention'],
    [{ ...done, accepted: 2 }, counts, 'field.pending.result_sent'],
    [done, { ...counts, waiting: 1 }, 'field.pending.result_waiting'],
    [{ ...done, stopped: 'cut_off' as const }, { ...counts, waiting: 1 }, 'field.pending.result_waiting'],
    [done, counts, 'queue.all_uploaded'],
  ])('%j', (result, left, key) => {
    expect(resultOf(result, left).key).toBe(key)
  })
})

it('a device is called what its owner calls it', () => {
  const redmi = 'Mozilla/5.0 (Linux; Android 11; Redmi Note 9 Build/RP1A) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36'
  const wechat = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/107 Mobile Safari/537.36 MicroMessenger/8.0'
  expect(deviceName(redmi)).toBe('Redmi Note 9 · Chrome')
  expect(deviceName(wechat)).toBe('Android · 微信')
  expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit Version/17.0 Safari/604.1')).toBe('iPhone · Safari')
})

describe('a second look', () => {
  it('needs a photo and a finding; words are welcome', () => {
    expect(lackingForRecheck(null, false)).toBe('field.verify.need_photo')
    expect(lackingForRecheck(null, true)).toBe('field.recheck.need_finding')
    expect(lackingForRecheck('fail_recheck', true)).toBeNull()
  })

  it('sends what was seen and from where, and nothing of another step', () => {
    const position = { lat: 34.5, lon: 117.7, accuracy_m: 5, source: 'gps' }
    expect(fieldsForRecheck({ position, note: ' 又堆上了 ', rating: 3 }, '（远）')).toEqual({ position, note: '又堆上了（远）' })
    expect(fieldsForRecheck({}, '')).toEqual({ position: null })
  })
})
