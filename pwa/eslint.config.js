import globals from 'globals'
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import vueParser from 'vue-eslint-parser'

/** Floors from top to bottom; imports go down only. words and tokens are ground for all above core. */
const FLOORS = ['field', 'desk', 'welcome', 'ui', 'use', 'core', 'contract']
const APPS = ['field', 'desk', 'welcome']
const WIDGETS = ['element-plus', 'element-plus/*', '@element-plus/*', 'leaflet', 'leaflet/*', 'vant', 'vant/*']
const VUE = ['vue', 'vue-router', 'vue/*']

function above(floor) {
  const isApp = APPS.includes(floor)
  const higher = FLOORS.slice(0, FLOORS.indexOf(floor))
  const forbidden = isApp ? APPS.filter((app) => app !== floor) : higher
  return forbidden.map((name) => `@/${name}/**`)
}

function floor(name, extra = []) {
  return {
    files: [`src/${name}/**/*.{ts,vue}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: above(name), message: 'Imports go down only: field|desk|welcome → ui → use → core → contract.' },
            { group: ['../*'], message: 'Write @/floor/… so that floors stay visible.' },
            ...extra,
          ],
        },
      ],
    },
  }
}

const noWidgets = { group: WIDGETS, message: 'Widget libraries live behind src/ui.' }
const noVue = { group: [...VUE, ...WIDGETS, '@/words/**'], message: 'core knows neither Vue nor words.' }
const RAW_HEX = '/#(?:[0-9a-fA-F]{3}){1,2}\\b/'

export default tseslint.config(
  { ignores: ['dist/', 'dev-dist/', 'node_modules/', 'src/contract/api.d.ts', 'coverage/'] },
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.{ts,js,mjs,vue}'],
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, sourceType: 'module', ecmaVersion: 'latest' },
    },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true, IIFEs: true }],
      'max-depth': ['error', 3],
      complexity: ['error', 8],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-alert': 'error',
      'no-eval': 'error',
      'no-undef': 'off', // TypeScript knows better
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'vue/multi-word-component-names': 'off', // our own short names: Btn, Sheet
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/max-attributes-per-line': 'off', // layout is the editor's business
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/require-default-prop': 'off', // absent means undefined, and the types say so
    },
  },
  floor('contract'),
  floor('core', [noVue]),
  floor('use', [noWidgets]),
  floor('ui'),
  floor('field', [noWidgets]),
  floor('desk', [noWidgets]),
  floor('welcome', [noWidgets]),
  {
    files: ['src/{core,use,ui,field,desk,welcome}/**/*.{ts,vue}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=${RAW_HEX}]`, message: 'Colours come from src/tokens.' },
        { selector: `TemplateElement[value.raw=${RAW_HEX}]`, message: 'Colours come from src/tokens.' },
      ],
      'vue/no-restricted-syntax': [
        'error',
        { selector: `VLiteral[value=${RAW_HEX}]`, message: 'Colours come from src/tokens.' },
      ],
    },
  },
  {
    // What a simulator drives in Node gets clock, network, locks and storage handed in.
    files: ['src/core/outbox/**/*.ts', 'src/core/photos/create.ts', 'src/core/rescue/file.ts', 'src/core/{pull,reconcile,drafts,db}.ts'],
    rules: {
      'no-restricted-globals': ['error', 'window', 'document', 'navigator', 'localStorage', 'fetch', 'indexedDB', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use the injected clock.' },
        { object: 'Math', property: 'random', message: 'Use the injected randomness.' },
      ],
    },
  },
  {
    files: ['tests/**/*.ts', '**/*.test.ts'],
    rules: {
      complexity: 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['src/words/**'], rules: { 'max-lines': 'off' } }, // data
  { files: ['**/*.{js,mjs}', 'scripts/**'], rules: { 'no-console': 'off' } },
)
