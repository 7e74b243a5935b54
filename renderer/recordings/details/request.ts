/** What an administrator needs to find a recording and delete it: date, numbers, names. Pure. */
import { type Entry } from '../../../shared/library/entry.ts'
import { plain } from '../../../shared/peer.ts'
import { type Format, type Text } from '../../../shared/text/index.ts'

/** The longest text that the clipboard takes, with room for the words around the names. */
const LONGEST = 3_500

export function requestText(entry: Entry, me: string, { app, recordings }: Text, format: Format): string {
  const words = recordings.details
  const { name, number } = { name: plain(entry.peer.name), number: plain(entry.peer.number) }
  const other = name === '' ? number || app.unknownCaller : number === '' ? name : `${name} (${number})`
  const lines = [words.requestText(format.date(entry.startedAt), format.clock(entry.startedAt), me, other)]
  const files = entry.parts.map(part => plain(part.fileName)).filter(file => file !== '')
  if (files.length > 0) lines.push(words.requestFiles(files.join(', ')))
  if (entry.conversation !== null) lines.push(words.requestConversation(plain(entry.conversation)))
  return lines.join('\n').slice(0, LONGEST)
}
