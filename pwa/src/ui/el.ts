/** The only door to Element Plus: the two widgets that are hard to make well, on our own tokens. */
import 'element-plus/es/components/date-picker/style/css'
import 'element-plus/es/components/select/style/css'
import './el.css'

export { ElDatePicker } from 'element-plus/es/components/date-picker/index.mjs'
export { ElOption, ElSelect } from 'element-plus/es/components/select/index.mjs'
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index.mjs'
export { default as elChinese } from 'element-plus/es/locale/lang/zh-cn.mjs'
export { default as elEnglish } from 'element-plus/es/locale/lang/en.mjs'
