/** Automatic recording in words: what is set, as far as it is known. */
import { type AutomaticView, type Flags } from './automatic.ts'
import { type Format, type Text } from './text/index.ts'

/** "off", "all calls", or which calls. */
export function flagsInWords(flags: Flags, { automatic: { summary, off } }: Text, format: Format): string {
  const { outgoingExternal: oe, outgoingInternal: oi, incomingExternal: ie, incomingInternal: ii } = flags
  if (oe && oi && ie && ii) return summary.all
  const words: string[] = []
  if (oe && oi) words.push(summary.outgoing)
  if (ie && ii) words.push(summary.incoming)
  if (words.length === 0 && oe && ie) words.push(summary.outside)
  if (words.length === 0 && oi && ii) words.push(summary.colleagues)
  const [outgoing, incoming, outside, colleagues] = [oe && oi, ie && ii, oe && ie, oi && ii]
  if (oe && !outgoing && !(outside && !incoming)) words.push(summary.outgoingExternal)
  if (oi && !outgoing && !(colleagues && !incoming)) words.push(summary.outgoingInternal)
  if (ie && !incoming && !(outside && !outgoing)) words.push(summary.incomingExternal)
  if (ii && !incoming && !(colleagues && !outgoing)) words.push(summary.incomingInternal)
  return words.length === 0 ? off : format.list(words)
}

/** The line of the bar, after "Automatic:". */
export function automaticSummary({ proof, code }: AutomaticView, text: Text, format: Format): string {
  const words = text.automatic
  switch (proof.kind) {
    case 'known':
      return flagsInWords(proof.flags, text, format)
    case 'hint':
      return proof.on ? words.summary.all : words.off
    case 'unknown':
      return proof.last === null ? words.unknown : words.unknownLast(flagsInWords(proof.last, text, format))
    case 'unprovable':
      return proof.sentAt === null ? words.unprovable : words.dialled(code, format.clock(proof.sentAt))
  }
}

/** Will a call in this direction surely be recorded, wherever the other one is? Only what was read counts. */
export function isDue({ proof }: AutomaticView, outgoing: boolean): boolean {
  if (proof.kind === 'hint') return proof.on
  if (proof.kind !== 'known') return false
  const { flags } = proof
  return outgoing ? flags.outgoingExternal && flags.outgoingInternal : flags.incomingExternal && flags.incomingInternal
}
