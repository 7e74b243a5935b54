/** The filters that are on, each as something that can be taken off. Pure. */
import { type Filter, NO_FILTER } from '../../../shared/library/query.ts'
import { isolated } from '../../../shared/peer.ts'
import { type Format, type Text } from '../../../shared/text/index.ts'
import { monthOf, samePeriod, seasons, yearOf } from './period.ts'

export interface Active {
  readonly name: string
  readonly words: string
  /** The filter without it. */
  readonly without: Filter
}

type FilterName = keyof Filter

/** `group`: the name of the person or conversation that is chosen; the filter knows its key only. */
export function activeFilters(
  filter: Filter,
  group: string | null,
  { recordings: { filters: words } }: Text,
  format: Format,
  now: number,
): Active[] {
  const active: Active[] = []
  const add = (names: readonly FilterName[], said: string) => {
    const without = { ...filter, ...Object.fromEntries(names.map(name => [name, NO_FILTER[name]])) }
    active.push({ name: names.join(), words: said, without })
  }
  if (filter.recorded === 'all') add(['recorded'], words.recorded.all)
  if (filter.from !== null || filter.until !== null) add(['from', 'until'], periodWords(filter, words, format, now))
  if (filter.direction !== 'any') add(['direction'], words.direction[filter.direction])
  if (filter.shortest !== null) add(['shortest'], words.atLeast(format.duration(filter.shortest)))
  if (filter.longest !== null) add(['longest'], words.atMost(format.duration(filter.longest)))
  if (filter.annotated) add(['annotated'], words.annotated)
  if (filter.favourites) add(['favourites'], words.favourites)
  if (filter.kept) add(['kept'], words.kept)
  if (filter.hidden) add(['hidden'], words.hidden)
  if (filter.source !== 'any') add(['source'], words.source[filter.source])
  if (filter.how !== 'any') add(['how'], words.how[filter.how])
  if (filter.tag !== null) add(['tag'], words.tagged(isolated(filter.tag)))
  if (filter.person !== null) add(['person'], words.withPerson(isolated(group ?? '')))
  if (filter.conversation !== null) add(['conversation'], words.ofConversation(isolated(group ?? '')))
  return active
}

type FilterWords = Text['recordings']['filters']

export function periodWords(
  { from, until }: Pick<Filter, 'from' | 'until'>,
  words: FilterWords,
  format: Format,
  now: number,
): string {
  const season = seasons(now).find(each => samePeriod(each, { from, until }))
  if (season !== undefined) return words.season[season.season](String(season.year))
  if (from !== null) {
    const first = new Date(from)
    if (samePeriod(monthOf(first.getFullYear(), first.getMonth()), { from, until })) return format.month(from)
    if (samePeriod(yearOf(first.getFullYear()), { from, until })) return String(first.getFullYear())
  }
  const last = until === null ? null : until - 1
  if (from === null) return last === null ? words.always : words.untilDay(format.date(last))
  if (last === null) return words.fromDay(format.date(from))
  return format.date(from) === format.date(last)
    ? format.date(from)
    : words.between(format.date(from), format.date(last))
}
