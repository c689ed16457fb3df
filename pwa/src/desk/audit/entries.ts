import type { AuditKind } from '@/desk/data/audit'
import type { useWords } from '@/use/useWords'

type Say = ReturnType<typeof useWords>['t']
interface Change {
  from: unknown
  to: unknown
}

/** In the order of the list of kinds. */
export const KINDS: readonly AuditKind[] = [
  'session.begun', 'session.refused', 'session.locked', 'session.ended', 'device.ended', 'password.changed',
  'person.added', 'person.edited', 'person.disabled', 'person.enabled', 'password.reset', 'person.revealed',
  'second_factor.set', 'second_factor.reset', 'second_factor.passed', 'second_factor.refused',
  'phone.invited', 'phone.invitation_ended', 'phone.enrolled',
  'post.added', 'post.edited', 'post.removed', 'post.taken_back', 'people.imported', 'people.import_undone', 'people.exported', 'organization.added', 'organization.edited', 'grid.added', 'grid.edited', 'outlines.import_undone', 'grid.handed_over', 'division.changed', 'division.filed', 'division.undone', 'division.drafted', 'division.draft_withdrawn', 'division.draft_answered', 'object.carried',
  'object.added', 'object.edited', 'object.account_opened', 'object.revealed', 'ledger_field.defined', 'ledger.imported', 'ledger.import_undone', 'ledger.exported', 'coverage.exported', 'rule.added', 'rule.edited', 'rule.removed',
  'slot.filled', 'slot.ended', 'slot.moved', 'slot.removed', 'provisions.noted', 'scheme.applied', 'campaign.ordered', 'campaign.moved', 'campaign.ended',
  'inspection.planned', 'inspection.edited', 'inspection.recorded', 'inspection.closed', 'inspection.called_off', 'inspections.exported',
  'training.added', 'training.edited', 'training.trainees_added', 'training.trainee_judged', 'training.trainee_removed', 'training.exported',
  'hazards.exported', 'accidents.exported', 'errands.exported', 'list.exported', 'photo.read', 'document.kept', 'document.revised', 'document.filed', 'document.returned', 'document.published', 'document.withdrawn', 'duty_item.corrected', 'suggestion.answered', 'settings.changed', 'data.forgotten', 'history.dated_back', 'history.continued',
]
/** What can be read as it is; ids, codes and contents are left to the entry itself. */
const SHOWN = [
  'name', 'short_name', 'mobile', 'phone', 'contact_name', 'contact_phone', 'address', 'reason', 'starts_on', 'ends_on',
  'on_leave_until', 'valid_to', 'amount', 'rows', 'spans',
] as const

/** “手机号：138****0000 → 139****3333”, a line for each thing that changed. */
export function differences(data: Record<string, unknown>, t: Say): string[] {
  return SHOWN.filter((name) => data[name] !== undefined && data[name] !== null).map((name) =>
    t('desk.audit.line', { name: t(`desk.audit.field.${name}`), value: valueOf(data[name]) }),
  )
}
function valueOf(value: unknown): string {
  if (isChange(value)) return `${plain(value.from)} → ${plain(value.to)}`
  return plain(value)
}
const isChange = (value: unknown): value is Change => typeof value === 'object' && value !== null && 'from' in value && 'to' in value
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join('、')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '—'
}
