/**
 * Faults that the property must catch, each a small edit of the product's text in a copy that is built for the test. The
 * product itself knows nothing of them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { type Product } from './rig.ts'

export interface Mutation {
  readonly name: string
  /** From the root of the project. */
  readonly file: string
  /** Occurs once in the file. */
  readonly find: string
  readonly replace: string
}

const reducer = 'shared/recording/reducer.ts'
const calls = 'electron/calls/calls.ts'

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'an acknowledgement counts as proof',
    file: reducer,
    find: 'return only(acknowledged(state, event.want, now))',
    replace: 'return evidence(state, goal(event.want), now, now)',
  },
  {
    name: 'a wish is over once it is acknowledged',
    file: reducer,
    find: "wish: { ...wish, phase: 'sent', due: now + FACTS.proofAfterMs }",
    replace: 'wish: null',
  },
  {
    name: 'a read that an event overtook is believed',
    file: calls,
    find: '(events.get(leg) ?? 0) !== leg.events',
    replace: 'events.get(leg) === -1',
  },
  {
    name: 'the code is sent from an unknown state without asking',
    file: 'shared/recording/routes.ts',
    find: "if (proof.kind === 'unknown' && !asked) return as('not-now', 'ask-first')",
    replace: '',
  },
  {
    name: 'without a sign of life the last state stands for ever',
    file: reducer,
    find: 'if (now - next.aliveAt >= FACTS.unknownAfterMs)',
    replace: 'if (now < 0)',
  },
  {
    name: 'a stop while paused is sent as it is',
    file: reducer,
    find: "const resumingFirst = want === 'stop' && state.proof.kind === 'paused' && SERVER.stopWhilePausedFails.value",
    replace: 'const resumingFirst = false as boolean',
  },
  {
    name: 'after a command that may have worked the next route is tried at once',
    file: reducer,
    find: 'if (!certain) return ask(',
    replace: 'if (now < 0) return ask(',
  },
  {
    name: 'a place takes a press as soon as its label has changed',
    file: reducer,
    find: 'if (state.wish !== null || isSending(state, now) || now < state.inertUntil) return only(state)\n  const { proof } = state',
    replace: 'if (state.wish !== null || isSending(state, now)) return only(state)\n  const { proof } = state',
  },
  {
    name: 'a refused pause shows paused',
    file: reducer,
    find: 'if (wish === null || sentNow(wish) !== want) return only(state)\n',
    replace:
      "if (wish === null || sentNow(wish) !== want) return only(state)\n  if (want === 'pause') return only(moveProof({ ...state, wish: null }, 'paused', now, now))\n",
  },
  {
    name: 'a wish is never judged by a read',
    file: reducer,
    find: 'if (wish !== null && now >= wish.due) {',
    replace: "if (wish !== null && wish.phase === 'reading' && now >= wish.due) {",
  },
  {
    name: 'a cut stream makes the state unknown at once',
    file: calls,
    find: 'this.#current = false\n    if (this.#legs.length > 0) this.#read()',
    replace:
      "this.#current = false\n    for (const leg of this.#legs) leg.recording = { ...leg.recording, proof: { kind: 'unknown', why: 'no-answer', since: 0, last: null } }\n    this.#changed()\n    if (this.#legs.length > 0) this.#read()",
  },
]

const root = join(import.meta.dirname, '../..')

/** Builds the product with one fault in it. Throws where the edit does not fit the text any more. */
export async function mutant({ name, file, find, replace }: Mutation): Promise<Product> {
  const text = readFileSync(join(root, file), 'utf8')
  if (text.split(find).length !== 2) throw new Error(`"${name}" does not fit ${file} any more: make it fit again`)
  const outfile = join(root, 'out/lamp', `${name.replaceAll(' ', '-')}.mjs`)
  await build({
    entryPoints: [join(root, calls)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'mutation',
        setup: building => {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === join(root, file) ? { contents: text.replace(find, () => replace), loader: 'ts' } : undefined,
          )
        },
      },
    ],
  })
  const { Calls } = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as { Calls: Product }
  return Calls
}
