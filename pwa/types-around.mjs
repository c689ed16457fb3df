/**
 * The types of what stands around the pages: tests and configuration. Of the pages only what these
 * import is read; to check those as well is the work of `types:pages`, and vue-tsc cannot leave it.
 */
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const ts = require('typescript')
const ofVueTsc = createRequire(require.resolve('vue-tsc'))
const { createParsedCommandLine, createVueLanguagePlugin } = ofVueTsc('@vue/language-core')
const { proxyCreateProgram } = ofVueTsc('@volar/typescript/lib/node/proxyCreateProgram')

const HERE = dirname(fileURLToPath(import.meta.url))
const CONFIG = join(HERE, 'tsconfig.node.json')
const WORDS = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => HERE, getNewLine: () => '\n' }

function program() {
  const { fileNames, options, errors } = ts.getParsedCommandLineOfConfigFile(CONFIG, {}, ts.sys)
  const { vueOptions } = createParsedCommandLine(ts, ts.sys, CONFIG)
  const plugins = () => [createVueLanguagePlugin(ts, options, vueOptions, (id) => id)]
  const create = proxyCreateProgram(ts, ts.createProgram, plugins)
  const host = ts.createCompilerHost(options)
  return create({ rootNames: fileNames, options, configFileParsingDiagnostics: errors, host })
}

function isAround(file) {
  const [top] = relative(HERE, file.fileName).split(sep)
  return !file.isDeclarationFile && !['src', 'node_modules', '..'].includes(top)
}

const read = program()
const around = read.getSourceFiles().filter(isAround)
if (!around.some((file) => file.fileName.includes('/tests/'))) throw new Error('no test was found')
const wrong = [
  ...read.getConfigFileParsingDiagnostics(),
  ...read.getOptionsDiagnostics(),
  ...read.getGlobalDiagnostics(),
  ...around.flatMap((file) => [...read.getSyntacticDiagnostics(file), ...read.getSemanticDiagnostics(file)]),
]
process.stdout.write(ts.formatDiagnosticsWithColorAndContext(wrong, WORDS))
process.exitCode = wrong.length > 0 ? 1 : 0
