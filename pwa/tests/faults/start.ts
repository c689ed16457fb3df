/** Builds drive.ts with the production modules and runs it here: node tests/faults/start.ts '{…}'. */
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildWorker } from './build.ts'

const file = await buildWorker(undefined, fileURLToPath(new URL('./drive.ts', import.meta.url)))
await import(pathToFileURL(file).href)
