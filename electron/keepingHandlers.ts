/** What the windows ask of the copies on this computer. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { AppFailure } from '../shared/failure.ts'
import { type keepingRequests } from '../shared/keeping.ts'

type Name = keyof typeof keepingRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

export function keepingHandlers(): Handlers {
  const closed = () => Promise.reject(new AppFailure('keeping-closed'))
  return {
    'keeping:setRule': closed,
    'keeping:keep': closed,
    'keeping:remove': closed,
    'keeping:setPassphrase': closed,
    'keeping:useKeyring': closed,
    'keeping:unlock': closed,
    'keeping:lock': closed,
    'keeping:erase': closed,
    'keeping:sealNames': closed,
  }
}
