/** A clock that a test owns: the one of every floor. */
export { ManualClock } from '../wazo/clock.testing.ts'
