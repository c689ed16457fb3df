/** Builds drive.ts or phones.ts with the production modules and runs it here: node tests/faults/start.ts NAME '{…}' [BUG]. */
import { fileURLToPath, pathToFileURL } from 'node:url'
import { BUGS } from './bugs.ts'
import { buildWorker } from './build.ts'

const [, , name = 'drive', , bugName] = process.argv
const bug = BUGS.find((each) => each.name === bugName)
if (bugName && !bug) throw new Error(`there is no bug '${bugName}'`)
const file = await buildWorker(bug, fileURLToPath(new URL(`./${name}.ts`, import.meta.url)))
await import(pathToFileURL(file).href)
