import type { PatrolTask } from '@/contract'
import type { VisitAnswer, VisitDraft } from '@/core/types'
import { takePhoto, type Phone } from './phone'

export const TASK = { id: 'task-1', object: { id: 'shop' } } as PatrolTask

const fine = (code: string): VisitAnswer => ({ code, answer: 'fine', memberId: null, note: '', finding: null })

/** A visit with one hazard and its photo, saved as a draft. */
export async function draftVisit(phone: Phone, photos = 1): Promise<VisitDraft> {
  const visit = phone.drafts.newVisit({ task: TASK, versionId: 'v1', gridId: 'g1', title: '河边饭店' })
  const report = phone.drafts.newReport({ category_code: 'fire', note: '通道堵了', place: '河边饭店' })
  for (let n = 0; n < photos; n += 1) report.photoIds.push(await takePhoto(phone))
  const found: VisitAnswer = { ...fine('SQ-05'), answer: 'issue', finding: report }
  const whole = { ...visit, restFine: true, answers: [fine('SQ-01'), fine('SQ-02'), found], photoIds: [...report.photoIds] }
  return phone.drafts.save(whole)
}
