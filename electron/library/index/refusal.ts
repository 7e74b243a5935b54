/** An AppFailure of the index's thread, which does without the schemas that come with that: it crosses as its data. */
import type { Failure } from '../../../shared/failure.ts'

export class Refusal extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.code)
    this.failure = failure
  }
}
