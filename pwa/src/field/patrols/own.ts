import type { ChecklistVersion, ObjectView, PatrolTask, Seat } from '@/contract'

/** The list that every scheme gives enterprises for looking at themselves. */
const SELF_CHECK = 'enterprise-self-check'

/** An enterprise with accounts has the id of its body (app/services/ledger/accounts.py). */
export const isOwn = (seats: readonly Seat[], { id }: Pick<ObjectView, 'id'>): boolean =>
  seats.some(({ role, organization }) => role === 'safety_officer' && organization.id === id)

interface Way {
  path: string
  query: Record<string, string>
}
/** Where 「自查本单位」 leads: what the plan asks for first, else a look at one's own that nobody asked for. */
export function selfCheckOf(seats: readonly Seat[], objects: readonly ObjectView[], tasks: readonly PatrolTask[], inUse: readonly ChecklistVersion[]): Way | null {
  const own = objects.find((object) => isOwn(seats, object))
  if (!own || !inUse.length) return null
  const task = tasks.find(({ object }) => object?.id === own.id)
  if (task) return { path: '/visit', query: { task: task.id } }
  const list = inUse.find(({ key }) => key === SELF_CHECK)
  return { path: '/visit', query: { object: own.id, ...(list && { list: list.id }) } }
}
