import type { ShallowRef } from 'vue'
import { changeSettings, settings, type Settings } from '@/core/settings'
import { useStore } from './useStore'

export type { Settings, TextSize, Theme } from '@/core/settings'

/** Text size, theme and the like of this device. */
export function useSettings(): {
  settings: Readonly<ShallowRef<Settings>>
  changeSettings(change: Partial<Settings>): void
} {
  return { settings: useStore(settings), changeSettings }
}
