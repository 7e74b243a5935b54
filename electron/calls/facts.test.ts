/** The table of server facts: each has its source and its versions, and each is relied on somewhere. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isBefore } from '../../shared/version.ts'
import { type Release, SERVER, type ServerFact } from '../../shared/recording/facts.ts'

const ROOT = join(import.meta.dirname, '../..')
const code = ['shared', 'electron']
  .flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  )
  .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('facts.ts'))
  .map(name => readFileSync(join(ROOT, name), 'utf8'))
  .join('\n')

const facts: readonly (readonly [string, ServerFact<unknown>])[] = Object.entries(SERVER)
const isRelease = (release: Release | null) =>
  release === null || (Number.isInteger(release[0]) && release[0] >= 16 && Number.isInteger(release[1]))

it.each(facts)('%s says where it is known from, and for which releases', (_, { source, since, until }) => {
  expect(source).toMatch(/wazo\.md \d|asterisk\.md \d|scenario \d\d/)
  expect(isRelease(since) && isRelease(until)).toBe(true)
  if (since !== null && until !== null) expect(isBefore(until, since)).toBe(false)
})

it.each(facts)('%s is relied on', name => {
  expect(code).toMatch(new RegExp(`SERVER\\.${name}\\b`))
})
