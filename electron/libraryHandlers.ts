/** What the windows ask of the library. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { type libraryRequests } from '../shared/library/requests.ts'
import { type LibraryIndex } from './library/index/port.ts'
import { type Library } from './library/library.ts'

type Name = keyof typeof libraryRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

export function libraryHandlers(library: Library): Handlers {
  const change = async (run: (index: LibraryIndex) => Promise<void>) => {
    await run(await library.index())
    library.touched()
  }
  return {
    'library:list': async query => (await library.index()).list(query),
    'library:outline': async ({ filter }) => (await library.index()).outline(filter),
    'library:groups': async query => (await library.index()).groups(query),
    'library:tags': async () => (await library.index()).tags(),
    'library:entry': async ({ entry }) => (await library.index()).entry(entry),
    'library:annotate': ({ selection, change: wanted }) => change(index => index.annotate(selection, wanted)),
    'library:addTag': ({ selection, tag }) => change(index => index.addTag(selection, tag)),
    'library:marks': async ({ entry }) => (await library.index()).marks(entry),
    'library:setMarks': ({ entry, marks }) => change(index => index.setMarks(entry, marks)),
    'library:look': () => Promise.resolve(library.look()),
  }
}
