/** What the windows ask of the library. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { AppFailure } from '../shared/failure.ts'
import { type libraryRequests } from '../shared/library/requests.ts'

type Name = keyof typeof libraryRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

export function libraryHandlers(): Handlers {
  const closed = () => Promise.reject(new AppFailure('library-broken'))
  return {
    'library:list': closed,
    'library:outline': closed,
    'library:groups': closed,
    'library:tags': closed,
    'library:entry': closed,
    'library:annotate': closed,
    'library:addTag': closed,
    'library:marks': closed,
    'library:setMarks': closed,
    'library:look': closed,
  }
}
