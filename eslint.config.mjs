// Lint: type-aware rules for every folder, and the floors of the house (ARCHITECTURE.md), so that a wrong import fails.
import importX, { createNodeResolver } from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** What joins the parts: the uppermost floor. */
const joints = [
  'main.ts',
  'preload.ts',
  'companion.ts',
  'exporting.ts',
  'pairing.ts',
  'leaving.ts',
  'acts.ts',
  'line.ts',
  'wazoLine.ts',
  'asteriskLine.ts',
]

/** Folders inside electron/ that a folder may not reach: no arrow upward, none between folders of one floor. */
const floors = {
  wazo: ['account', 'calls', 'library', 'shell', 'demo', ...joints],
  account: ['calls', 'library', 'shell', 'demo', ...joints],
  calls: ['library', 'shell', 'demo', ...joints],
  library: ['calls', 'shell', 'demo', ...joints],
  shell: ['calls', 'library', 'demo', ...joints],
}

const zones = [
  {
    target: './shared',
    from: './',
    except: ['./shared', './node_modules'],
    message: 'shared/ imports nothing outside itself.',
  },
  { target: './renderer', from: './electron', message: 'renderer/ and electron/ meet only in shared/bridge.ts.' },
  { target: './electron', from: './renderer', message: 'renderer/ and electron/ meet only in shared/bridge.ts.' },
  { target: './electron', from: './e2e', message: 'The app never imports its tests.' },
  { target: './electron', from: './tools', message: 'The app never imports its tools.' },
  { target: './renderer', from: './e2e', message: 'The app never imports its tests.' },
  { target: './renderer', from: './tools', message: 'The app never imports its tools.' },
  {
    target: './electron/demo',
    from: './electron',
    except: ['./demo'],
    message: 'demo/ repeats wire shapes on purpose, so as not to share the client’s mistakes.',
  },
  ...Object.entries(floors).flatMap(([folder, barred]) =>
    barred.map(other => ({
      target: `./electron/${folder}`,
      from: `./electron/${other}`,
      message: `${folder}/ may not reach ${other}: main.ts joins them through types of shared/.`,
    })),
  ),
]

const noElectron = {
  paths: ['electron', 'electron-store'].map(name => ({
    name,
    message: 'Only electron/shell, main.ts and preload.ts know Electron; everything else is plain Node.',
  })),
}
const pureOnly = {
  patterns: [
    { regex: '^(?!\\.{1,2}/|zod$).+', message: 'shared/ is pure: nothing but itself and the schema library.' },
  ],
}

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', '.electron/**', '.cache/**', 'demo-output/**', 'tools/default-app/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX, 'react-hooks': reactHooks },
    languageOptions: {
      parserOptions: {
        project: ['shared', 'electron', 'renderer', 'e2e', 'tools'].map(folder => `${folder}/tsconfig.json`),
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      eqeqeq: ['error', 'always'],
      'no-console': ['error', { allow: ['warn', 'error'] }],
    },
  },
  {
    files: ['shared/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.testing.ts'],
    rules: { 'no-restricted-imports': ['error', pureOnly] },
  },
  {
    files: ['electron/**/*.ts'],
    ignores: ['electron/shell/**', 'electron/main.ts', 'electron/preload.ts'],
    rules: { 'no-restricted-imports': ['error', noElectron] },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(node:|electron|axios|ws$|nunjucks)', message: 'A page has no Node and no network of its own.' },
          ],
        },
      ],
    },
  },
  { files: ['tools/**/*.ts', 'e2e/**/*.ts'], rules: { 'no-console': 'off' } },
)
