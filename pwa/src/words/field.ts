/** The words of the field entry; import once, first thing in src/field/main.ts. */
import { registerWords } from './index'
import common from './zh/common'
import field from './zh/field'
import ui from './zh/ui'

registerWords({ ...common, ...ui, ...field }, async () => {
  const [c, u, own] = await Promise.all([import('./en/common'), import('./en/ui'), import('./en/field')])
  return { ...c.default, ...u.default, ...own.default }
})
