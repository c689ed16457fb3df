import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __APP_VERSION__: JSON.stringify('test') },
  test: {
    include: ['tests/**/*.test.ts', 'src/**/*.test.ts'],
    environment: 'node',
    // A page under test may come to the desk's controls; their style sheets are nothing to Node itself.
    server: { deps: { inline: [/element-plus\/es\/components\/.+\/style/, /element-plus\/theme-chalk/] } },
    testTimeout: 20_000,
    maxWorkers: 2,
  },
})
