import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import tokens from './src/tokens/tokens.json'

/** One project, three builds: `--mode field|desk|welcome` names the entry, its base and its folder. */
const ENTRIES = ['field', 'desk', 'welcome'] as const
type Entry = (typeof ENTRIES)[number]

const ICONS = [192, 512].flatMap((size) => [
  { src: `/field/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png', purpose: 'any' as const },
  { src: `/field/icon-maskable-${size}.png`, sizes: `${size}x${size}`, type: 'image/png', purpose: 'maskable' as const },
])
/** Few files instead of forty: the frame (first paint), the engine (database), what pages share. */
const PHONE_CHUNKS = [
  { name: 'frame', test: /src[\\/]field[\\/](main|App|routes|home[\\/]HomePage)/, priority: 3 },
  { name: 'engine', test: /src[\\/]core[\\/](phone|account)/, priority: 2 },
  { name: 'shared', test: /src[\\/](ui|use|field[\\/]shell)[\\/]/, minShareCount: 2, priority: 1 },
]
const OLD_PHONES = ['chrome87', 'safari15', 'firefox90']
const VERSION = process.env['SAFEGRID_VERSION'] ?? '0.1.0'
const BACKEND = process.env['SAFEGRID_BACKEND'] ?? 'http://127.0.0.1:8000'

function entryOf(mode: string): Entry {
  return ENTRIES.find((entry) => entry === mode) ?? 'field'
}

/** During development every page address answers the entry's html, as FastAPI does in production. */
function pageFallback(entry: Entry): Plugin {
  return {
    name: 'safegrid-page-fallback',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? ''
        const isPage = request.headers.accept?.includes('text/html') && !path.includes('.')
        if (isPage && path.startsWith(`/${entry}`)) request.url = `/${entry}/${entry}.html`
        next()
      })
    },
  }
}

/** Only the phone works offline. A new version waits for the user (registerType: prompt). */
function offline(): ReturnType<typeof VitePWA> {
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: 'src/field',
    filename: 'sw.ts',
    registerType: 'prompt',
    injectRegister: false,
    manifest: {
      name: '安格 SafeGrid',
      short_name: '安格',
      description: '拍隐患，没信号也不丢',
      lang: 'zh-CN',
      start_url: '/field/',
      scope: '/field/',
      display: 'standalone',
      theme_color: tokens.themes.light.brand,
      background_color: tokens.themes.light.page,
      icons: ICONS,
    },
    injectManifest: {
      globPatterns: ['**/*.{js,css,html,svg}'],
      rollupFormat: 'iife', // a classic worker: old phones know no module workers
    },
    devOptions: { enabled: false },
  })
}

export default defineConfig(({ mode }) => {
  const entry = entryOf(mode)
  return {
    base: `/${entry}/`,
    publicDir: `public/${entry}`,
    plugins: [vue(), pageFallback(entry), ...(entry === 'field' ? offline() : [])],
    resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
    define: { __VUE_OPTIONS_API__: entry === 'desk', __APP_VERSION__: JSON.stringify(VERSION) },
    build: {
      outDir: `dist/${entry}`,
      target: OLD_PHONES,
      cssTarget: OLD_PHONES,
      assetsInlineLimit: 0,
      reportCompressedSize: true,
      rolldownOptions: {
        input: fileURLToPath(new URL(`./${entry}.html`, import.meta.url)),
        output: entry === 'field' ? { codeSplitting: { groups: PHONE_CHUNKS } } : {},
      },
    },
    server: { proxy: { '/api': { target: BACKEND } } },
    preview: { proxy: { '/api': { target: BACKEND } } },
  }
})
