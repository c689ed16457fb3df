const SYSTEMS: readonly [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
  [/Android/i, 'Android'],
  [/iPhone/i, 'iPhone'],
  [/iPad/i, 'iPad'],
  [/Windows/i, 'Windows'],
  [/Linux/i, 'Linux'],
  [/Mac OS/i, 'Mac'],
]
const BROWSERS: readonly [RegExp, string][] = [
  [/MicroMessenger/i, '微信'],
  [/DingTalk/i, '钉钉'],
  [/UCBrowser/i, 'UC'],
  [/MQQBrowser/i, 'QQ'],
  [/HuaweiBrowser/i, '华为浏览器'],
  [/MiuiBrowser/i, '小米浏览器'],
  [/Edg/i, 'Edge'],
  [/Chrome/i, 'Chrome'],
  [/Safari/i, 'Safari'],
]

const first = (table: readonly [RegExp, string][], text: string): string | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1]

/** What the person recognises in the list of devices: 「Redmi Note 9 · Chrome」, else the system. */
export function deviceName(userAgent: string): string {
  const model = /Android [\d.]+; (?:[a-z]{2}-[a-z]{2}; )?([^;)]+?)(?: Build\/|[;)])/i.exec(userAgent)?.[1]
  const system = model && model !== 'K' ? model : first(SYSTEMS, userAgent)
  return [system, first(BROWSERS, userAgent)].filter(Boolean).join(' · ').slice(0, 200)
}
