/** Lays a packed copy beside every built file that gets smaller by it: app/api/pages.py hands those out. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** As PACKS in app/api/pages.py. */
const TEXT = /\.(js|css|html|svg|webmanifest)$/
const WORTH_BYTES = 1024

for (const name of readdirSync('dist', { recursive: true })) {
  const path = `dist/${name}`
  if (!TEXT.test(path)) continue
  const bytes = readFileSync(path)
  if (bytes.length < WORTH_BYTES) continue
  writeFileSync(`${path}.br`, brotliCompressSync(bytes))
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
}
