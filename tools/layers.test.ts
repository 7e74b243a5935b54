// The floors of the house hold: each wrong import is linted as if it stood in a file of its folder, and must be refused.
import { ESLint } from 'eslint'
import { readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import tseslint from 'typescript-eslint'
import { describe, expect, test, vi } from 'vitest'
import { inRoot, root } from './project.ts'

// The linter is loaded by the first test, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

// The rules under test need no types, and a text without a file has none.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ files: ['**/*.ts', '**/*.tsx'], ...tseslint.configs.disableTypeChecked }],
})

/** The rules that refuse a file which lies in `folder` and imports `target`. */
async function refusals(folder: string, target: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import '${target}'\n`, { filePath: inRoot(folder, 'wrong-import.ts') })
  const messages = result?.messages ?? []
  expect(messages.filter(message => message.fatal)).toEqual([])
  return messages.map(message => message.ruleId ?? '').filter(rule => rule.includes('restricted'))
}

/** Any real file of a folder, as an import of it would be written in another: the rule resolves what it judges. */
function fileOf(target: string, from: string): string {
  const folder = inRoot(target)
  const name = readdirSync(folder).find(entry => /^(?!.*\.test\.).*\.tsx?$/.test(entry))
  if (name === undefined) throw new Error(`${target} has no file to import`)
  const path = relative(inRoot(from), join(folder, name))
  return path.startsWith('.') ? path : `./${path}`
}

describe('a wrong import fails lint', () => {
  test.each([
    ['shared', 'electron/wazo'],
    ['shared', 'renderer/ui'],
    ['renderer/ui', 'electron/shell'],
    ['electron/shell', 'renderer/ui'],
    ['electron/wazo', 'electron/account'],
    ['electron/wazo', 'electron/calls'],
    ['electron/account', 'electron/library'],
    ['electron/calls', 'electron/library'],
    ['electron/library', 'electron/calls'],
    ['electron/shell', 'electron/calls'],
    ['electron/demo', 'electron/wazo'],
    ['electron/calls', 'electron/demo'],
    ['electron/calls', 'tools'],
    ['renderer/ui', 'e2e'],
  ])('%s importing %s', async (folder, target) => {
    expect(await refusals(folder, fileOf(target, folder))).toContain('import-x/no-restricted-paths')
  })

  test.each([
    ['shared', 'electron'],
    ['shared', 'node:fs'],
    ['electron/calls', 'electron'],
    ['electron/library', 'electron-store'],
    ['electron/demo', 'electron'],
    ['renderer/ui', 'node:fs'],
    ['renderer/ui', 'electron'],
    ['renderer/ui', 'axios'],
  ])('%s importing %s', async (folder, target) => {
    expect(await refusals(folder, target)).toContain('no-restricted-imports')
  })
})

describe('a right import passes', () => {
  test.each([
    ['electron/calls', 'electron/wazo'],
    ['electron/account', 'electron/wazo'],
    ['electron/demo', 'shared'],
    ['renderer/ui', 'shared'],
    ['electron/shell', 'shared'],
  ])('%s importing %s', async (folder, target) => {
    expect(await refusals(folder, fileOf(target, folder))).toEqual([])
  })

  test.each([
    ['electron/shell', 'electron'],
    ['shared', 'zod'],
    ['electron/calls', 'node:fs'],
  ])('%s importing %s', async (folder, target) => {
    expect(await refusals(folder, target)).toEqual([])
  })
})

test('main.ts joins the floors', async () => {
  for (const floor of ['shell', 'calls', 'library', 'account', 'wazo']) {
    expect(await refusals(dirname('electron/main.ts'), fileOf(`electron/${floor}`, 'electron'))).toEqual([])
  }
})
