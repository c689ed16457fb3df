import type { WaitingBody } from '@/contract'

/** Somewhere a sheet of codes can be made for. */
export interface Place {
  id: string
  name: string
  isWhole: boolean
  people: number
}

/** Each township as a whole, if more than one of its bodies waits, before what lies in it. */
export function placesOf(waiting: readonly WaitingBody[]): Place[] {
  const inside = new Map<string, WaitingBody[]>()
  for (const body of waiting) {
    const key = body.township?.id ?? body.organization.id
    inside.set(key, [...(inside.get(key) ?? []), body])
  }
  return [...inside.values()].flatMap((bodies) => [...wholeOf(bodies), ...bodies.map(single)])
}

const single = (body: WaitingBody): Place => ({ id: body.organization.id, name: body.organization.name, isWhole: false, people: body.people })

function wholeOf(bodies: readonly WaitingBody[]): Place[] {
  const township = bodies[0]?.township
  if (!township || bodies.length < 2) return []
  const people = bodies.reduce((sum, body) => sum + body.people, 0)
  return [{ id: township.id, name: township.name, isWhole: true, people }]
}
