import type { Action, HazardView, Me, OrganizationKind } from '@/contract'

/** What a key asks for; pages say what they do with it. */
export type Command =
  | 'next' | 'previous' | 'open' | 'slot1' | 'slot2' | 'slot3' | 'slot4'
  | 'claim' | 'snooze' | 'undo' | 'search' | 'help' | 'mark' | 'close'

export const KEYS: Readonly<Record<string, Command>> = {
  j: 'next',
  k: 'previous',
  enter: 'open',
  '1': 'slot1',
  '2': 'slot2',
  '3': 'slot3',
  '4': 'slot4',
  a: 'claim',
  h: 'snooze',
  u: 'undo',
  '/': 'search',
  '?': 'help',
  x: 'mark',
  escape: 'close',
}

export interface Pressed {
  key: string
  ctrlKey?: boolean
  metaKey?: boolean
  altKey?: boolean
  isComposing?: boolean
  keyCode?: number
  target?: unknown
}

const COMPOSING = 229 // the key code while an input method is composing, where isComposing lags
const WRITING = new Set(['INPUT', 'TEXTAREA', 'SELECT'])
const PRESSING = new Set(['BUTTON', 'A', 'SUMMARY'])

/** The command of a key press, or null: switched off, in a field, composing, or a browser shortcut. */
export function commandOf(event: Pressed, isOn: boolean): Command | null {
  const command = KEYS[event.key.toLowerCase()]
  if (!command || isForeign(event)) return null
  return BLOCKED[command]?.(event.target, isOn) ?? (!isOn || isWriting(event.target)) ? null : command
}

/** When a command is not meant, where that differs from "switched off or writing". */
const BLOCKED: Partial<Record<Command, (target: unknown, isOn: boolean) => boolean>> = {
  close: (target) => isInList(target),
  open: (target, isOn) => !isOn || isWriting(target) || isPressing(target),
}

function isForeign(event: Pressed): boolean {
  const isChord = event.ctrlKey || event.metaKey || event.altKey
  return Boolean(isChord || event.isComposing || event.keyCode === COMPOSING)
}

interface Node {
  tagName?: string
  isContentEditable?: boolean
  getAttribute?: (name: string) => string | null
}

function isWriting(target: unknown): boolean {
  const node = (target ?? {}) as Node
  const role = node.getAttribute?.('role')
  return WRITING.has(node.tagName ?? '') || node.isContentEditable === true || role === 'combobox'
}

function isPressing(target: unknown): boolean {
  return PRESSING.has(((target ?? {}) as Node).tagName ?? '')
}

/** Escape closes an open list of choices first. */
function isInList(target: unknown): boolean {
  return ((target ?? {}) as Node).getAttribute?.('aria-expanded') === 'true'
}

export type Desk = OrganizationKind
export type Slot = 1 | 2 | 3 | 4
export const SLOTS: readonly Slot[] = [1, 2, 3, 4]

/** Key → the first of these actions that is allowed now (ui §3). */
const MAPS: Record<Desk, Record<Slot, readonly Action[]>> = {
  village: { 1: ['escalate'], 2: ['merge'], 3: ['ask'], 4: ['void'] },
  township_subcentre: {
    1: ['assign', 'grant_extension', 'verify'],
    2: ['merge', 'refuse_extension'],
    3: ['ask', 'reassign', 'reject'],
    4: ['escalate', 'urge'],
  },
  county_centre: {
    1: ['assign', 'grant_extension'],
    2: ['merge', 'refuse_extension'],
    3: ['send_down', 'reassign'],
    4: ['list_supervision', 'delist'],
  },
  safety_department: {
    1: ['assign', 'grant_extension'],
    2: ['merge', 'refuse_extension'],
    3: ['ask', 'reassign'],
    4: ['list_supervision', 'delist'],
  },
  department: {
    1: ['sign_for', 'finish_part'],
    2: ['ask_extension'],
    3: ['hand_back'],
    4: ['finish'],
  },
  enterprise: { 1: ['fix_on_site'], 2: [], 3: [], 4: [] },
}

/** Which of my posts faces this case: the holder's, the department's, the dispatcher's, else my first. */
export function deskOf(hazard: Pick<HazardView, 'holder' | 'department' | 'dispatcher'>, me: Me): Desk {
  const mine = new Set(me.seats.map((seat) => seat.organization.id))
  const bodies = [hazard.holder, hazard.department, hazard.dispatcher]
  const facing = bodies.find((body) => body && mine.has(body.id))
  return facing?.kind ?? me.seats[0]?.organization.kind ?? 'village'
}

export function slotsOf(desk: Desk, allowed: readonly Action[]): Partial<Record<Slot, Action>> {
  const slots: Partial<Record<Slot, Action>> = {}
  for (const slot of SLOTS) {
    const action = MAPS[desk][slot].find((wish) => allowed.includes(wish))
    if (action) slots[slot] = action
  }
  return slots
}
