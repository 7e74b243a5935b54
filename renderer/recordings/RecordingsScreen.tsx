/** The user's own calls and recordings: search first, days as headings, rows of one line, the details below or above them. */
import {
  type Dispatch,
  type SetStateAction,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { flushSync } from 'react-dom'
import { type Failure } from '../../shared/failure.ts'
import { type Entry } from '../../shared/library/entry.ts'
import { type Annotation } from '../../shared/library/notes.ts'
import { type Filter } from '../../shared/library/query.ts'
import { ask, failureOf } from '../bridge.ts'
import { ExportJobs } from '../exporting/ExportJobs.tsx'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { SearchIcon } from '../ui/icons.tsx'
import { Details } from './details/Details.tsx'
import { noteDrafts, useNoteDrafts } from './details/noteDrafts.ts'
import { FilterBar } from './filters/FilterBar.tsx'
import { Grid, type GridActs } from './Grid.tsx'
import { Groups } from './Groups.tsx'
import { type ListState as Loaded } from './list/libraryList.ts'
import { entryAt } from './list/pages.ts'
import { countSelected, meant, MOST_SELECTED, NOTHING, type Select, select, type Selected } from './list/selection.ts'
import { useNarrow } from './list/useSizes.ts'
import { ListState } from './ListState.tsx'
import { ANY_COPIES, type Copies, copiesOf } from '../vault/copies.ts'
import { UnlockPanel } from '../vault/UnlockPanel.tsx'
import { type Memory, type Opened } from './memory.ts'
import styles from './RecordingsScreen.module.css'
import { SelectionBar } from './SelectionBar.tsx'
import { StatusLine } from './StatusLine.tsx'

interface Props {
  readonly memory: Memory
  readonly onMemory: Dispatch<SetStateAction<Memory>>
}

export function RecordingsScreen({ memory, onMemory }: Props) {
  const { snapshot, text, failure } = useShown()
  const words = text.recordings
  const { list, filter, typed, by, group, selected, opened } = memory
  const state = useSyncExternalStore(list.subscribe, list.get)
  const [changes, setChanges] = useState(0)
  const [refused, setRefused] = useState<Failure | null>(null)
  const [tooMany, setTooMany] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const screen = useRef<HTMLElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const drafts = useNoteDrafts()
  const change = (part: Partial<Memory>) => onMemory(before => ({ ...before, ...part }))
  const isOpen = snapshot.library.state !== 'locked' && snapshot.library.state !== 'failed'
  const covered = useNarrow() && opened !== null

  useEffect(() => {
    if (isOpen) list.show(filter)
  }, [list, filter, isOpen])

  useEffect(() => {
    // it may have changed while another screen was shown
    if (list.get().known !== 'none') list.refresh()
    return window.bridge.on('library:changed', () => {
      list.refresh()
      setChanges(before => before + 1)
    })
  }, [list])

  useOpened(opened, changes, (id, found) =>
    // in one step: a field that is being typed in never shows anything but its draft
    flushSync(() => {
      if (found !== null && found.id !== id) noteDrafts.rename(id, found.id)
      onMemory(before =>
        found === null && before.opened?.id === id
          ? { ...before, opened: { ...before.opened, gone: true } }
          : withOpened(before, found, id),
      )
    }),
  )
  useStillListed(state, selected, (asked, ids) =>
    onMemory(before => ({ ...before, selected: select(before.selected, { do: 'listed', asked, ids }) })),
  )
  useSearchKeys(search)
  useEffect(() => {
    if (covered) panel.current?.focus()
  }, [covered])

  // who comes back by himself is not played to
  useEffect(
    () => () =>
      onMemory(before =>
        before.opened?.play === true ? { ...before, opened: { ...before.opened, play: false } } : before,
      ),
    [onMemory],
  )

  const setFilter = (next: Filter, name = group) =>
    change({ filter: next, group: next.person === null && next.conversation === null ? null : name, selected: NOTHING })
  const choose = (action: Select) => {
    setTooMany(false)
    onMemory(before => ({ ...before, selected: select(before.selected, action) }))
  }
  const open = (index: number, play: boolean) => {
    list.setCursor(index)
    list.setAnchor(index)
    const entry = entryAt(list.get().pages, index)
    if (entry === undefined) return
    setRefused(null)
    // opened again it stays as it is, whatever it was called when it was opened first
    const key = opened?.id === entry.id ? opened.key : entry.id
    change({ opened: { id: entry.id, key, play, moment: null, entry, gone: false } })
  }
  const close = () => {
    // what lay under the details takes the focus once it is no longer inert
    flushSync(() => change({ opened: null }))
    focusList()
  }
  const focusList = () => (screen.current?.querySelector<HTMLElement>('[role=grid]') ?? search.current)?.focus()
  const annotate = (id: string, part: Annotation) => {
    const apply = (entry: Entry): Entry => ({ ...entry, ...withoutUndefined(part) })
    list.patch(id, apply)
    onMemory(before => withOpened(before, before.opened?.entry?.id === id ? apply(before.opened.entry) : null))
    setRefused(null)
    ask('library:annotate', { selection: { kind: 'entries', ids: [id] }, change: part }).catch((thrown: unknown) => {
      setRefused(failureOf(thrown))
      // what is shown was not taken
      list.refresh()
      setChanges(before => before + 1)
    })
  }
  /** Ids of a stretch of the list, and what to do with them. */
  const withIds = (from: number, to: number, then: (ids: string[]) => void) => {
    if (Math.abs(to - from) >= MOST_SELECTED) return setTooMany(true)
    list
      .ids(from, to)
      .then(ids => {
        if (ids !== null) then(ids)
      })
      .catch((thrown: unknown) => setRefused(failureOf(thrown)))
  }
  const selectRange = (index: number) => {
    const from = list.get().anchor?.index ?? list.get().cursor?.index ?? index
    if (list.get().anchor === null) list.setAnchor(from)
    withIds(from, index, ids => choose({ do: 'range', ids }))
  }
  const acts = useSteady({
    onOpen: index => open(index, false),
    onPlay: index => open(index, true),
    onFavourite: entry => annotate(entry.id, { favourite: !entry.favourite }),
    onSelect: (index, range) => {
      if (range) selectRange(index)
      else {
        list.setAnchor(index)
        const entry = entryAt(list.get().pages, index)
        if (entry === undefined) return
        if (selected.kind === 'all')
          withIds(0, state.days.total - 1, ids => choose({ do: 'some', ids: ids.filter(id => id !== entry.id) }))
        else choose({ do: 'toggle', id: entry.id })
      }
      list.setCursor(index)
    },
    onMove: (index, range) => {
      if (range) selectRange(index)
      else list.setAnchor(null)
      list.setCursor(index)
    },
    onAll: () => choose({ do: 'all' }),
    onEscape: () => {
      if (countSelected(selected, state.days.total) > 0) choose({ do: 'none' })
      else if (opened !== null) close()
    },
  })

  const selection = meant(selected, filter)
  const total = state.days.total
  const unsaved = [...drafts].filter(([entry, draft]) => draft.state === 'failed' && entry !== opened?.id).length
  return (
    <main ref={screen} className={styles.screen} aria-label={words.title}>
      <div className={styles.top} inert={covered}>
        <div className={styles.search} role="search">
          <SearchIcon />
          <input
            ref={search}
            type="search"
            className={styles.input}
            aria-label={words.search}
            aria-keyshortcuts="Control+F /"
            placeholder={words.searchHint}
            maxLength={200}
            value={typed}
            onChange={event => {
              const { value } = event.target
              change({ typed: value, filter: { ...filter, search: value.trim() }, selected: NOTHING })
            }}
            onKeyDown={event => {
              if (event.key !== 'ArrowDown') return
              event.preventDefault()
              screen.current?.querySelector<HTMLElement>('[role=grid]')?.focus()
            }}
          />
        </div>
        <FilterBar
          filter={filter}
          group={group}
          by={by}
          onFilter={next => setFilter(next)}
          onBy={to => change({ by: to })}
        />
        {selection !== null && by === 'day' ? (
          <SelectionBar
            selection={selection}
            count={countSelected(selected, total)}
            total={total}
            tooMany={tooMany}
            hidden={filter.hidden}
            copies={copiesIn(state, selected)}
            onAll={() => choose({ do: 'all' })}
            onHidden={() => {
              // the bar goes, and the focus with it
              flushSync(() => choose(selection.kind === 'filter' ? { do: 'none' } : leaving(selection.ids)))
              if (document.activeElement === document.body) focusList()
            }}
            onNone={() => choose({ do: 'none' })}
          />
        ) : (
          <StatusLine total={state.known === 'whole' && isOpen && by === 'day' ? total : null} />
        )}
        {isOpen && <UnlockPanel />}
        {unsaved > 0 && <Notice role="alert">{words.details.notesFailed(unsaved)}</Notice>}
        {refused !== null && opened === null && (
          <Notice role="alert" onClose={() => setRefused(null)}>
            {failure(refused)}
          </Notice>
        )}
      </div>

      <div className={styles.list} inert={covered}>
        {by !== 'day' && isOpen ? (
          <Groups
            filter={filter}
            by={by}
            version={changes}
            onPick={(key, name) => {
              onMemory(before => ({
                ...before,
                by: 'day',
                group: name,
                filter: { ...before.filter, person: null, conversation: null, [by]: key },
                selected: NOTHING,
              }))
            }}
          />
        ) : (
          <ListState
            state={state}
            filter={filter}
            onFilter={next => {
              setFilter(next)
              change({ typed: next.search })
            }}
            onRetry={() => list.refresh()}
          >
            <Grid
              list={list}
              seen={memory.seen}
              state={state}
              selected={selected}
              opened={opened?.id ?? null}
              acts={acts}
            />
          </ListState>
        )}
      </div>

      <ExportJobs />

      {opened !== null && (
        <div
          ref={panel}
          tabIndex={-1}
          className={styles.details}
          onKeyDown={event => {
            // the player and the fields in it have their own use of it
            if (event.key === 'Escape' && !event.defaultPrevented) close()
          }}
        >
          {opened.entry === null || opened.gone ? (
            <div className={styles.gone}>
              <p role="status">{opened.gone ? words.gone : words.loading}</p>
              <Button onClick={close}>{words.details.close}</Button>
            </div>
          ) : (
            <Details
              key={opened.key}
              entry={opened.entry}
              opening={{ part: null, atMs: null, ...opened.moment, play: opened.play }}
              refused={refused}
              onChange={part => annotate(opened.id, part)}
              onClose={close}
            />
          )}
        </div>
      )}
    </main>
  )
}

const leaving = (asked: readonly string[]): Select => ({ do: 'listed', asked, ids: [] })

/** Which of the selected have a copy here, as far as their rows are loaded; of others it may be either. */
function copiesIn({ pages }: Loaded, selected: Selected): Copies {
  if (selected.kind === 'all') return ANY_COPIES
  const seen = [...pages.values()].flat().filter(entry => selected.ids.has(entry.id))
  return seen.length < selected.ids.size ? ANY_COPIES : copiesOf(seen)
}

/** `asked`: the id it was asked for by; a call that a source has listed meanwhile answers with another. */
function withOpened(memory: Memory, entry: Entry | null, asked = entry?.id): Memory {
  const { opened } = memory
  if (entry === null || opened === null || opened.id !== asked) return memory
  return { ...memory, opened: { ...opened, id: entry.id, entry, gone: false } }
}

const withoutUndefined = <T extends object>(change: T) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }

/** The same object ever after, which does what the last one given does: rows are not drawn anew for its sake. */
function useSteady(given: GridActs): GridActs {
  const acts = useRef(given)
  useLayoutEffect(() => {
    acts.current = given
  })
  const [steady] = useState<GridActs>(() => ({
    onOpen: index => acts.current.onOpen(index),
    onPlay: index => acts.current.onPlay(index),
    onSelect: (index, range) => acts.current.onSelect(index, range),
    onFavourite: entry => acts.current.onFavourite(entry),
    onMove: (index, range) => acts.current.onMove(index, range),
    onAll: () => acts.current.onAll(),
    onEscape: () => acts.current.onEscape(),
  }))
  return steady
}

/** Reads the opened entry when it is opened, and whenever the library has changed. */
function useOpened(opened: Opened | null, changes: number, onFound: (id: string, entry: Entry | null) => void): void {
  const found = useRef(onFound)
  useEffect(() => {
    found.current = onFound
  })
  const id = opened?.id ?? null
  useEffect(() => {
    if (id === null) return
    let current = true
    ask('library:entry', { entry: id })
      .then(entry => {
        if (current) found.current(id, entry)
      })
      .catch((thrown: unknown) => console.warn('The opened call was not read again', thrown))
    return () => {
      current = false
    }
  }, [id, changes])
}

/** Asks, whenever another list takes the place of the one before, which of those that are selected one by one it has. */
function useStillListed(
  { version, filter }: Loaded,
  selected: Selected,
  onListed: (asked: readonly string[], ids: readonly string[]) => void,
): void {
  const latest = useRef({ filter, selected, onListed })
  useEffect(() => {
    latest.current = { filter, selected, onListed }
  })
  useEffect(() => {
    const { filter: of, selected: some } = latest.current
    if (some.kind === 'all' || some.ids.size === 0) return
    const asked = [...some.ids]
    ask('library:listed', { filter: of, ids: asked })
      .then(ids => latest.current.onListed(asked, ids))
      .catch((thrown: unknown) => console.warn('What is selected was not looked for again', thrown))
  }, [version])
}

/** Ctrl+F from anywhere, and / where nothing is typed. */
function useSearchKeys(search: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const find = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'f'
      const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)
      if (!find && !slash) return
      event.preventDefault()
      search.current?.focus()
      search.current?.select()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [search])
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select') !== null
