/** The page's side of the bridge: an outcome becomes a value, or a failure that is thrown. */
import { type Argument, type Bridge, type Result, type WindowRequestName } from '../shared/bridge.ts'
import { AppFailure, type Failure } from '../shared/failure.ts'

declare global {
  interface Window {
    /** Put there by the preload. */
    readonly bridge: Bridge
  }
}

/** Asks main. Throws an AppFailure when main answers with one. */
export async function ask<R extends WindowRequestName>(name: R, argument: Argument<R>): Promise<Result<R>> {
  const outcome = await window.bridge.request(name, argument)
  if (!outcome.ok) throw new AppFailure(outcome.failure)
  return outcome.value
}

/** What to tell the user of a thrown thing. Anything that is no failure of ours is a fault of ours: it goes to the console too. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof AppFailure) return thrown.failure
  console.error(thrown)
  return { code: 'unexpected' }
}
