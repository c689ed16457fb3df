/** How the screen looks on this device: text size, theme. Kept in localStorage, set on <html>. */
import { createStore } from '@/core/store'

/** 18 px, ×1.25, ×1.67. */
export type TextSize = 'normal' | 'large' | 'huge'
/** auto follows the system between light and dark; sun is pure black on white. */
export type Theme = 'light' | 'sun' | 'dark' | 'auto'

export interface Settings {
  textSize: TextSize
  theme: Theme
  /** A visible stamp (time, place, grid) on copies of photos. */
  isStamped: boolean
  /** Desk: single-key commands (WCAG 2.1.4). */
  hasShortcuts: boolean
}

export const DEFAULTS: Settings = { textSize: 'normal', theme: 'light', isStamped: false, hasShortcuts: true }
const SCALE: Record<TextSize, number> = { normal: 1, large: 1.25, huge: 1.67 }
const STORED = 'safegrid.settings'

export const settings = createStore<Settings>(DEFAULTS)

/** Before mounting: what was chosen last time. */
export function startSettings(): void {
  apply(readCopy())
}

export function changeSettings(change: Partial<Settings>): void {
  const next = { ...settings.get(), ...change }
  localStorage.setItem(STORED, JSON.stringify(next))
  apply(next)
}

function apply(next: Settings): void {
  settings.set(next)
  const root = document.documentElement
  root.dataset['theme'] = next.theme
  root.dataset['text'] = next.textSize
  root.toggleAttribute('data-large', next.textSize !== 'normal')
  root.style.setProperty('--text-scale', String(SCALE[next.textSize]))
}

function readCopy(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<Settings>
    return { ...DEFAULTS, ...kept }
  } catch {
    return DEFAULTS
  }
}
