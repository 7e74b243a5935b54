/** What the windows' player asks. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { type playerRequests } from '../shared/player.ts'
import { type AudioSource } from '../shared/recordings.ts'
import { attempt } from './library/audio/attempt.ts'
import { type Library } from './library/library.ts'
import { type PeaksOfParts } from './library/peaks/peaks.ts'
import { type Places } from './library/places.ts'

type Name = keyof typeof playerRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

/** `places`: of the account that is signed in; null = none is. `open`: the sound of a part, as for a player. */
export function playerHandlers(
  library: Pick<Library, 'again' | 'tellsRate'>,
  peaks: PeaksOfParts,
  places: () => Places | null,
  open: (part: string) => Promise<AudioSource>,
): Handlers {
  return {
    'player:peaks': ({ part, have }) => peaks.more(part, have),
    'player:again': ({ part }) => library.again(part),
    'player:tellsRate': ({ part }) => library.tellsRate(part),
    'player:why': async ({ part, share }) => attempt(await open(part), share),
    'player:place': async ({ part }) => (await places()?.of(part)) ?? null,
    'player:setPlace': async ({ part, ms }) => places()?.set(part, ms),
  }
}
