/** A process that exports into a real folder, until it is killed: `node kill.testing.ts <folder>`. Says `done` at its end. */
import { setTimeout } from 'node:timers/promises'
import { unpackedHere } from '../audio/compressed.testing.ts'
import { folderDisk } from './disk.ts'
import { Planner, type Plan } from './plan.ts'
import { layDown, pickUp, run } from './run.ts'
import { entriesOf, openFake } from './run.testing.ts'

export function planOf(count: number): Plan {
  const planner = new Planner({ form: 'wav', folders: 'person', names: '{{ name }} {{ date }}' })
  for (const entry of entriesOf(count)) planner.add(entry)
  return { form: 'wav', exportedAt: 1_790_000_000_000, items: planner.items }
}

export const COUNT = 40

/** Begins the export in a folder, or goes on with it. */
export async function exportInto(root: string): Promise<void> {
  const disk = folderDisk(root)
  const plan = await pickUp(disk)
  if (plan === 'over') return
  await run(
    {
      disk,
      open: openFake,
      unpack: unpackedHere,
      wait: ms => setTimeout(ms),
      words: ({ code }) => code,
      onProgress: () => undefined,
    },
    plan,
    new AbortController().signal,
  )
}

/** What the app does before it says that the export has begun. */
export const beginIn = (root: string): Promise<void> => layDown(folderDisk(root), planOf(COUNT))

if (import.meta.main) {
  const [root = ''] = process.argv.slice(2)
  process.stdout.write('begun\n')
  await exportInto(root)
  process.stdout.write('done\n')
}
