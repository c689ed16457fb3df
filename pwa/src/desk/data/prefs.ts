import { computed, shallowRef } from 'vue'
import { changeSettings, settings } from '@/core/settings'

/** What one person likes on this computer; nothing of it leaves the browser. */
const present = shallowRef(settings.get())
settings.subscribe((next) => { present.value = next })

export const areKeysOn = computed({
  get: () => present.value.hasShortcuts,
  set: (hasShortcuts: boolean) => { changeSettings({ hasShortcuts }) },
})
/** 大字: every size of the desk is a rem, and html follows `data-large` (desk.css). */
export const isLarge = computed({
  get: () => present.value.textSize !== 'normal',
  set: (large: boolean) => { changeSettings({ textSize: large ? 'large' : 'normal' }) },
})
