import { computed, shallowRef } from 'vue'
import type { Router } from 'vue-router'
import type { Me } from '@/contract'
import { changePassword, confirmSecondFactor, lacksSecondFactor, loadMe, proveSecondFactor, session, signIn, signOut, type SignIn } from '@/core/session'
import { Refused } from './ask'

/** Who sits at this desk; rights are read anew by the server each time, this only draws the page. */
export const me = shallowRef<Me | null>(session.get().me)
session.subscribe((present) => { me.value = present.me })
const FIELD = '/field/'
const UNPROCESSABLE = 422

export type Permission =
  | 'hazard:report' | 'hazard:see_county' | 'hazard:export' | 'photo:original' | 'desk:use' | 'hazard:supervise'
  | 'people:see' | 'people:edit' | 'people:lock' | 'people:import' | 'roles:grant' | 'grid:hand_over' | 'people:train' | 'second_factor:reset' | 'audit:read'
  | 'places:edit' | 'places:draft' | 'grid:note' | 'ledger:edit' | 'contacts:see' | 'patrol:see' | 'campaign:order' | 'inspection:see' | 'inspection:make' | 'visit:make' | 'accident:handle' | 'instruction:send' | 'appeal:answer' | 'situation:answer' | 'duty:record' | 'assessment:make' | 'assessment:answer' | 'library:keep'
  | 'rules:edit' | 'suggestions:read' | 'status:see'

export const can = (permission: Permission): boolean => me.value?.permissions.includes(permission) ?? false
/** Who has an instruction to write or to read: desks, and villages, which only look over their patrols. */
export const INSTRUCTED: Permission[] = ['instruction:send', 'patrol:see']
export const SEE_APPEALS: Permission[] = ['appeal:answer', 'hazard:see_county']
export const SEE_SITUATIONS: Permission[] = ['situation:answer', 'hazard:see_county']
/** Who assesses, who is assessed, who reads: leaders and auditors. */
export const SEE_ASSESSMENTS: Permission[] = ['assessment:make', 'assessment:answer', 'hazard:see_county', 'audit:read']
export const bodies = computed(() => me.value?.seats.map((seat) => seat.organization) ?? [])
/** A township's lists begin with its own ground; '' = with all of it. */
export const ownTownship = (): string => bodies.value.find((body) => body.kind === 'township_subcentre')?.id ?? ''
/** Likewise a village's; a desk above that sits in one too begins with its own. */
export const ownVillage = (): string => (ownTownship() ? '' : (bodies.value.find((body) => body.kind === 'village')?.id ?? ''))

/** What I work out there waits for the county, because the ground is my township's (S2-16). */
export const drafts = (townshipId: string | null | undefined): boolean =>
  !can('places:edit') && can('places:draft') && bodies.value.some((body) => body.id === townshipId)

/** Who is signed in on this computer, or null; never throws for "nobody". */
export async function recall(): Promise<Me | null> {
  const present = await loadMe()
  return present && !present.isExpired ? present.me : null
}

export async function enter(login: string, password: string): Promise<void> {
  accept(await signIn(login, password, deviceName()))
}

export async function renew(old: string, fresh: string): Promise<void> {
  accept(await changePassword(old, fresh))
}

export async function prove(code: string): Promise<void> {
  accept(await proveSecondFactor(code))
}

/** Answers the recovery codes, which are never shown again. */
export async function confirmFactor(code: string): Promise<string[]> {
  const answer = await confirmSecondFactor(code)
  if ('problem' in answer) throw new Refused(UNPROCESSABLE, answer.problem)
  return answer.codes
}

/** What has to be done first, as the name of its page; null = everything is open. */
export function firstStep(person: Me): 'sign-in' | 'password' | 'second-factor' | null {
  if (person.second_factor === 'verify') return 'sign-in'
  if (person.must_change_password) return 'password'
  return lacksSecondFactor(person) ? 'second-factor' : null
}

export const leave = signOut

function accept(answer: SignIn): void {
  if (!answer.ok) throw new Refused(UNPROCESSABLE, answer.problem)
}

export const isForPhone = (person: Me): boolean => person.home.includes('field')

/** Where a person goes after signing in: the phone's entry, the first password, or the page wanted. */
export async function landing(router: Router, next: string): Promise<void> {
  const first = me.value && firstStep(me.value)
  if (first) await router.replace({ name: first })
  else if (me.value && isForPhone(me.value)) window.location.assign(FIELD)
  else await router.replace(next.startsWith('/') && !next.startsWith('//') ? next : '/')
}

/** What the list of devices shows: the browser and the system, in plain words. */
function deviceName(): string {
  const agent = navigator.userAgent
  const browser = [['Edg/', 'Edge'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']] as const
  const system = [['Windows', 'Windows'], ['Android', 'Android'], ['iPhone', 'iPhone'], ['Mac OS', 'macOS'], ['Linux', 'Linux']] as const
  const pick = (table: readonly (readonly [string, string])[]): string =>
    table.find(([mark]) => agent.includes(mark))?.[1] ?? ''
  return [pick(browser), pick(system)].filter(Boolean).join(' · ')
}
