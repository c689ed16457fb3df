/** The words of the desk entry; import once, first thing in src/desk/main.ts. */
import { registerWords } from './index'
import common from './zh/common'
import desk from './zh/desk'
import ui from './zh/ui'

registerWords({ ...common, ...ui, ...desk }, async () => {
  const [c, u, own] = await Promise.all([import('./en/common'), import('./en/ui'), import('./en/desk')])
  return { ...c.default, ...u.default, ...own.default }
})
