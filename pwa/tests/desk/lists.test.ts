import { describe, expect, it } from 'vitest'
import type { OrganizationView } from '@/contract'
import { isLeftBy, queryOf } from '@/desk/logic/filters'
import { mayHaveGrid, mustHaveGrid, ROLES_OF } from '@/desk/logic/roles'
import { childrenOf } from '@/desk/logic/tree'

describe('which decision takes a case out of the list', () => {
  const queue = { queue: 'holder', state: ['escalated'] } as const

  it('a queue is left by a new state or by other hands', () => {
    expect(isLeftBy({ ...queue, state: ['escalated'] }, 'assign', true)).toBe(true)
    expect(isLeftBy({ ...queue, state: ['escalated'] }, 'escalate', false)).toBe(true)
    expect(isLeftBy({ ...queue, state: ['escalated'] }, 'list_supervision', false)).toBe(false)
  })

  it('accepting leaves "to accept" and stays in every other list', () => {
    expect(isLeftBy({ queue: 'department', is_signed_for: false }, 'sign_for', false)).toBe(true)
    expect(isLeftBy({ queue: 'department' }, 'sign_for', false)).toBe(false)
  })

  it('a filtered list keeps what was decided: it is not a queue', () => {
    expect(isLeftBy({ is_open: true }, 'assign', true)).toBe(false)
  })

  it('"all cases" has an address of its own', () => {
    expect(queryOf({})).toEqual({ all: '1' })
    expect(queryOf({ is_open: true })).toEqual({ is_open: 'true' })
  })
})

describe('the tree of bodies', () => {
  const body = (id: string, kind: string, parent_id: string | null, name: string): OrganizationView =>
    ({ id, kind, parent_id, name, short_name: name, code: null, within_id: null, phone: null, is_active: true }) as OrganizationView
  const all = [
    body('v', 'village', 't', '孟庄村'), body('t', 'township_subcentre', 'c', '邳庄镇'),
    body('d', 'department', 'c', '消防大队'), body('c', 'county_centre', null, '县中心'),
  ]

  it('hangs everybody under the one above, departments before townships', () => {
    const [root] = childrenOf(all)
    expect(root?.body.id).toBe('c')
    expect(root?.branches.map((branch) => branch.body.id)).toEqual(['d', 't'])
    expect(root?.branches[1]?.branches[0]?.body.id).toBe('v')
  })

  it('a search keeps the way to what matches and nothing else', () => {
    const [root] = childrenOf(all, '孟庄')
    expect(root?.branches.map((branch) => branch.body.id)).toEqual(['t'])
    expect(childrenOf(all, '没有这个')).toEqual([])
  })

  it('a body whose parent is out of sight is not lost', () => {
    expect(childrenOf([all[0]!]).map((branch) => branch.body.id)).toEqual(['v'])
  })
})

describe('roles and bodies', () => {
  it('every kind of body has a role, and only a gridworker must have a grid', () => {
    for (const roles of Object.values(ROLES_OF)) expect(roles.length).toBeGreaterThan(0)
    expect(mustHaveGrid('gridworker')).toBe(true)
    expect(mustHaveGrid('grid_chief')).toBe(false)
    expect(mayHaveGrid('grid_chief')).toBe(true)
    expect(mayHaveGrid('')).toBe(false)
  })
})
