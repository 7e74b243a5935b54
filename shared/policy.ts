/** What an administrator may lock on a computer: a small JSON file that the app only reads (README). */
import { z } from 'zod'

/** Strict: a name that is not known here may be a lock that was misspelt, so it must not pass as none. */
const PolicyFile = z.strictObject({ selfGrant: z.enum(['allowed', 'locked']).optional() })

/** Why a file that is there cannot be used. */
export const PolicyProblem = z.enum(['unreadable', 'too-big', 'no-file', 'no-json', 'not-understood'])
export type PolicyProblem = z.infer<typeof PolicyProblem>

export const PolicyView = z.object({
  /** May the user turn on recording on demand for himself, where the server lets him? */
  selfGrant: z.enum(['allowed', 'locked']),
  /** The file cannot be used: everything is locked then. */
  problem: PolicyProblem.nullable(),
})
export type PolicyView = z.infer<typeof PolicyView>

/** Without a file nothing is locked. */
export const OPEN_POLICY: PolicyView = { selfGrant: 'allowed', problem: null }

export const brokenPolicy = (problem: PolicyProblem): PolicyView => ({ selfGrant: 'locked', problem })

/** The file's text, however it is written. What is not wholly understood locks. */
export function parsePolicy(text: string): PolicyView {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return brokenPolicy('no-json')
  }
  const file = PolicyFile.safeParse(json)
  // an own property of this name is dropped by parsers that build plain objects
  if (!file.success || Object.hasOwn(Object(json) as object, '__proto__')) return brokenPolicy('not-understood')
  return { selfGrant: file.data.selfGrant ?? 'allowed', problem: null }
}

/** Of several files each may lock, and none can open what another locks. */
export function strictest(policies: readonly PolicyView[]): PolicyView {
  return {
    selfGrant: policies.some(policy => policy.selfGrant === 'locked') ? 'locked' : 'allowed',
    problem: policies.find(policy => policy.problem !== null)?.problem ?? null,
  }
}
