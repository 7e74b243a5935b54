/** What the windows ask of the copies on this computer. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { type keepingRequests } from '../shared/keeping.ts'
import { type Keeping } from './library/vault/keeping.ts'

type Name = keyof typeof keepingRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

export function keepingHandlers(keeping: Keeping): Handlers {
  return {
    'keeping:setRule': rule => keeping.setRule(rule),
    'keeping:wouldRemove': rule => keeping.wouldRemove(rule),
    'keeping:keep': ({ selection }) => keeping.keep(selection),
    'keeping:remove': ({ selection }) => keeping.remove(selection),
    'keeping:setPassphrase': ({ passphrase, current }) => keeping.setPassphrase(passphrase, current),
    'keeping:useKeyring': ({ current }) => keeping.useKeyring(current),
    'keeping:unlock': ({ passphrase }) => keeping.unlock(passphrase),
    'keeping:lock': () => keeping.lock(),
    'keeping:erase': () => keeping.erase(),
    'keeping:sealNames': ({ on }) => keeping.sealNames(on),
  }
}
