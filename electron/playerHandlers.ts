/** What the windows' player asks. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { type playerRequests } from '../shared/player.ts'
import { type Library } from './library/library.ts'
import { type PeaksOfParts } from './library/peaks/peaks.ts'
import { type Places } from './library/places.ts'

type Name = keyof typeof playerRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

/** `places`: of the account that is signed in; null = none is. */
export function playerHandlers(
  library: Pick<Library, 'again'>,
  peaks: PeaksOfParts,
  places: () => Places | null,
): Handlers {
  return {
    'player:peaks': ({ part, have }) => peaks.more(part, have),
    'player:again': ({ part }) => library.again(part),
    'player:place': async ({ part }) => (await places()?.of(part)) ?? null,
    'player:setPlace': async ({ part, ms }) => places()?.set(part, ms),
  }
}
