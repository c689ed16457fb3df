import type { OrganizationKind, Role } from '@/contract'

/** Which roles exist in which body; the server has the last word. */
export const ROLES_OF: Readonly<Record<OrganizationKind, readonly Role[]>> = {
  village: ['gridworker', 'grid_chief', 'village_clerk'],
  township_subcentre: ['township_officer'],
  county_centre: ['county_officer', 'leader', 'administrator', 'security_administrator', 'audit_administrator'],
  safety_department: ['safety_supervisor'],
  department: ['handler', 'gridworker', 'grid_chief'],
  enterprise: ['safety_officer'],
}
export const ALL_ROLES: readonly Role[] = [...new Set(Object.values(ROLES_OF).flat())]

const WITH_GRID = new Set<Role>(['gridworker', 'grid_chief'])
export const mayHaveGrid = (role: Role | ''): boolean => role !== '' && WITH_GRID.has(role)
export const mustHaveGrid = (role: Role | ''): boolean => role === 'gridworker'
