import type { OrganizationView } from '@/contract'

export interface Branch {
  body: OrganizationView
  branches: Branch[]
}

const ORDER: readonly OrganizationView['kind'][] = [
  'county_centre', 'safety_department', 'department', 'township_subcentre', 'village', 'enterprise',
]

/** The flat list as a tree; with a text only what matches, and the way to it. */
export function childrenOf(bodies: readonly OrganizationView[], text = ''): Branch[] {
  const known = new Set(bodies.map((body) => body.id))
  const roots = bodies.filter((body) => !body.parent_id || !known.has(body.parent_id))
  return sorted(roots).flatMap((body) => grow(body, bodies, text.trim()))
}

function grow(body: OrganizationView, bodies: readonly OrganizationView[], text: string): Branch[] {
  const below = sorted(bodies.filter((one) => one.parent_id === body.id && one.id !== body.id))
  const branches = below.flatMap((one) => grow(one, bodies, text))
  const isMatch = !text || body.name.includes(text) || body.short_name.includes(text) || (body.code ?? '').startsWith(text)
  return isMatch || branches.length ? [{ body, branches }] : []
}

function sorted(bodies: readonly OrganizationView[]): OrganizationView[] {
  const rank = (body: OrganizationView): number => ORDER.indexOf(body.kind)
  const code = (body: OrganizationView): string => body.code ?? '~'
  return [...bodies].sort(
    (one, other) => rank(one) - rank(other) || code(one).localeCompare(code(other)) || one.name.localeCompare(other.name, 'zh'),
  )
}
