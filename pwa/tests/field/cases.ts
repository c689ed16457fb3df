import type { Action, HazardView } from '@/contract'

/** A case with everything that the pages read; `part` says what is special about it. */
export function aCase(part: Partial<HazardView> = {}, actions: Action[] = []): HazardView {
  const township = { id: 't', name: '运河街道分中心', short_name: '运河街道', kind: 'township_subcentre' as const }
  return {
    id: 'h',
    number: 'TEZ-2026-000001',
    state: 'escalated',
    level: 'general',
    is_suspected_major: false,
    is_major_confirmed: false,
    category_code: 'fire',
    note: '安全出口被堵',
    place: '惠民超市',
    enterprise: null,
    township,
    village: null,
    reporter: { id: 'ann', name: '张秀英' },
    occurred_at: '2026-11-20T02:00:00Z',
    received_at: '2026-11-20T02:00:01Z',
    state_since: '2026-11-20T02:00:01Z',
    closed_at: null,
    is_signed_for: false,
    round: 1,
    clock: null,
    question: null,
    recheck: null,
    photos: [],
    actions: actions.map((action) => ({ action, to: 'done', needs: [], is_beside: false })),
    ...part,
  } as HazardView
}

export const clock = (due: string, status = 'running'): HazardView['clock'] => ({
  hop: 'verify',
  started_at: '2026-11-20T00:00:00Z',
  due_at: due,
  is_provisional: false,
  status,
})
