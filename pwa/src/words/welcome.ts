/** The words of the welcome entry; import once, first thing in src/welcome/main.ts. */
import { registerWords } from './index'
import common from './zh/common'
import welcome from './zh/welcome'
import ui from './zh/ui'

registerWords({ ...common, ...ui, ...welcome }, async () => {
  const [c, u, own] = await Promise.all([import('./en/common'), import('./en/ui'), import('./en/welcome')])
  return { ...c.default, ...u.default, ...own.default }
})
