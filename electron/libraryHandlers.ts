/** What the windows ask of the library. */
import { type Parsed, type Result } from '../shared/bridge.ts'
import { AppFailure } from '../shared/failure.ts'
import { MOST_MARKS } from '../shared/library/marks.ts'
import { type libraryRequests } from '../shared/library/requests.ts'
import { type LibraryIndex } from './library/index/port.ts'
import { type Library } from './library/library.ts'
import { withReason } from './library/why.ts'

type Name = keyof typeof libraryRequests
type Handlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> }

/** `pickFolder`: main's dialog; null when nothing was picked. */
export function libraryHandlers(
  library: Library,
  pickFolder: () => Promise<{ readonly path: string; readonly label: string } | null>,
): Handlers {
  const change = async (run: (index: LibraryIndex) => Promise<void>) => {
    await run(await library.index())
    library.touched()
  }
  return {
    'library:list': async query => {
      const { entries } = await (await library.index()).list(query)
      const around = library.surroundings()
      return { entries: entries.map(entry => withReason(entry, around)) }
    },
    'library:outline': async ({ filter }) => (await library.index()).outline(filter),
    'library:groups': async query => (await library.index()).groups(query),
    'library:tags': async () => (await library.index()).tags(),
    'library:entry': async ({ entry }) => {
      const found = await (await library.index()).entry(entry)
      return found === null ? null : withReason(found, library.surroundings())
    },
    'library:listed': async ({ filter, ids }) => (await library.index()).listed(filter, ids),
    'library:annotate': ({ selection, change: wanted }) => change(index => index.annotate(selection, wanted)),
    'library:addTag': ({ selection, tag }) => change(index => index.addTag(selection, tag)),
    'library:marks': async ({ entry }) => (await library.index()).marks(entry),
    'library:changeMarks': ({ entry, change: wanted }) =>
      change(async index => {
        if (wanted.do === 'add' && (await index.marks(entry)).length >= MOST_MARKS)
          throw new AppFailure({ code: 'invalid', subject: 'marks' })
        await index.changeMarks(entry, [wanted])
      }),
    'library:pickFolder': async () => {
      const picked = await pickFolder()
      if (picked === null) return null
      const before = await library.chosenFolder()
      const { path: root, label } = picked
      await library.useFolder({ root, label, template: before?.template ?? '' })
      return label
    },
    'library:dropFolder': () => library.useFolder(null),
    'library:setRawRate': ({ hz }) => library.setRawRate(hz),
    'library:look': () => Promise.resolve(library.look()),
  }
}
