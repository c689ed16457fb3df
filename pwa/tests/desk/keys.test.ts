import { describe, expect, it } from 'vitest'
import { commandOf, deskOf, slotsOf } from '@/desk/logic/keys'
import type { Me } from '@/contract'

const on = (key: string, more: object = {}): string | null => commandOf({ key, ...more }, true)

describe('the keyboard of the desk', () => {
  it('knows the keys of the table, in either case', () => {
    expect(on('j')).toBe('next')
    expect(on('K')).toBe('previous')
    expect(on('Enter')).toBe('open')
    expect(on('1')).toBe('slot1')
    expect(on('/')).toBe('search')
    expect(on('?')).toBe('help')
    expect(on('q')).toBeNull()
  })

  it('is silent when switched off, but Escape still closes', () => {
    expect(commandOf({ key: 'j' }, false)).toBeNull()
    expect(commandOf({ key: '?' }, false)).toBeNull()
    expect(commandOf({ key: 'Escape' }, false)).toBe('close')
  })

  it('is silent while somebody writes or an input method composes', () => {
    expect(on('1', { target: { tagName: 'TEXTAREA' } })).toBeNull()
    expect(on('a', { target: { tagName: 'DIV', isContentEditable: true } })).toBeNull()
    expect(on('a', { target: { tagName: 'DIV', getAttribute: () => 'combobox' } })).toBeNull()
    expect(on('j', { isComposing: true })).toBeNull()
    expect(on('j', { keyCode: 229 })).toBeNull()
  })

  it('leaves shortcuts of the browser and Enter on a button alone', () => {
    expect(on('a', { ctrlKey: true })).toBeNull()
    expect(on('k', { metaKey: true })).toBeNull()
    expect(on('Enter', { target: { tagName: 'BUTTON' } })).toBeNull()
    expect(on('j', { target: { tagName: 'BUTTON' } })).toBe('next')
  })

  it('lets Escape close an open list of choices first', () => {
    expect(on('Escape', { target: { getAttribute: () => 'true' } })).toBeNull()
  })
})

const body = (id: string, kind: string) => ({ id, kind, name: id, short_name: id })
const me = (...bodies: ReturnType<typeof body>[]): Me =>
  ({ seats: bodies.map((organization) => ({ organization })) }) as unknown as Me
const hazard = (holder: object | null, department: object | null = null) =>
  ({ holder, department, dispatcher: null }) as never

describe('number keys follow the role that faces the case', () => {
  it('township: accept, merge, return, pass up', () => {
    expect(slotsOf('township_subcentre', ['assign', 'escalate', 'ask', 'merge', 'void', 'comment'])).toEqual({
      1: 'assign', 2: 'merge', 3: 'ask', 4: 'escalate',
    })
  })

  it('department: sign, more time, hand back, finish', () => {
    expect(slotsOf('department', ['sign_for', 'hand_back', 'ask_extension', 'finish'])).toEqual({
      1: 'sign_for', 2: 'ask_extension', 3: 'hand_back', 4: 'finish',
    })
  })

  it('a key never offers what is not allowed now', () => {
    expect(slotsOf('county_centre', ['comment', 'urge'])).toEqual({})
    expect(slotsOf('county_centre', ['grant_extension', 'refuse_extension'])).toEqual({
      1: 'grant_extension', 2: 'refuse_extension',
    })
  })

  it('a person with two posts acts with the one that the case concerns', () => {
    const both = me(body('t1', 'township_subcentre'), body('d1', 'department'))
    expect(deskOf(hazard(body('t1', 'township_subcentre')), both)).toBe('township_subcentre')
    expect(deskOf(hazard(null, body('d1', 'department')), both)).toBe('department')
    expect(deskOf(hazard(null, body('d9', 'department')), both)).toBe('township_subcentre')
  })
})
