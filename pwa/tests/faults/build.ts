/** One file for the worker threads: harness and production modules, the latter with a seeded bug if wanted. */
import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown, type Plugin } from 'rolldown'
import type { SeededBug } from './bugs.ts'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))
const ENTRY = fileURLToPath(new URL('./worker.ts', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'safegrid-faults-'))
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }))

/** Which program it is: the same files make the same digest on every machine, in every folder. */
export function digestOf(file: string): string {
  return hash('sha256', readFileSync(file))
}

/** Answers the path of the built file. Raises if a change of the bug does not fit exactly once. */
export async function buildWorker(bug?: SeededBug, entry = ENTRY): Promise<string> {
  const applied = new Set<string>()
  const built = await rolldown({
    input: entry,
    platform: 'node',
    resolve: { alias: { '@': SRC } },
    transform: { define: { __APP_VERSION__: '"faults"' } },
    // Its comments name files as they are seen from the folder where the build was begun.
    experimental: { attachDebugInfo: 'none' },
    plugins: [seeding(bug, applied)],
  })
  const file = join(FOLDER, `${(bug?.name ?? 'sound').replaceAll(/\W/g, '-')}.mjs`)
  await built.write({ file, format: 'esm' })
  await built.close()
  if (applied.size !== (bug?.phone?.length ?? 0)) throw new Error(`bug '${bug?.name ?? ''}' no longer fits the source`)
  return file
}

function seeding(bug: SeededBug | undefined, applied: Set<string>): Plugin {
  return {
    name: 'seeded-bug',
    transform(code, id) {
      let changed = code
      for (const { file, from, to } of bug?.phone ?? []) {
        if (!id.endsWith(`src/${file}`)) continue
        if (changed.split(from).length !== 2) throw new Error(`'${bug?.name ?? ''}' does not fit ${file}`)
        changed = changed.replace(from, () => to)
        applied.add(from)
      }
      return changed === code ? null : { code: changed }
    },
  }
}
