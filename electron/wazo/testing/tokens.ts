/** For tests: a token source that hands out what it is told to. */
import { type RenewedTokens } from '../eventSocket.ts'

export interface FakeTokens extends RenewedTokens {
  /** Refused tokens, in the order of their renewal. */
  readonly refused: string[]
  /** Tells a renewal that nobody asked for. */
  push(token: string): void
}

/** Hands out `names` one after the other; the last one for ever. */
export function fakeTokens(...names: [string, ...string[]]): FakeTokens {
  let index = 0
  const refused: string[] = []
  const listeners = new Set<(token: string) => void>()
  const current = () => names[Math.min(index, names.length - 1)] ?? names[0]
  return {
    refused,
    current: () => Promise.resolve(current()),
    renew: token => {
      refused.push(token)
      index += 1
      for (const listener of listeners) listener(current())
      return Promise.resolve(current())
    },
    onRenewed: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    push: token => {
      for (const listener of listeners) listener(token)
    },
  }
}
