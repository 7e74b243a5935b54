// Where things lie in the clone, and how the tools speak: on stderr, so that stdout stays the command's own.
import { join } from 'node:path'

/** The clone's folder. */
export const root = join(import.meta.dirname, '..')

/** A path below the clone's folder. */
export function inRoot(...parts: string[]): string {
  return join(root, ...parts)
}

export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

/** Something that a person must do first; shown without a stack. */
export class Missing extends Error {
  override name = 'Missing'
}

/**
 * Runs a tool's main part and ends with what it answers: a Missing is one sentence, anything else keeps its stack; both
 * end with 1. It ends at once: electron-builder ends a process that has nothing left to do with 0, whatever its exit code.
 */
export async function runTool(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main())
  } catch (error) {
    say(error instanceof Missing ? error.message : String(error instanceof Error ? error.stack : error))
    process.exit(1)
  }
}
