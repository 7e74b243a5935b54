/** Automatic recording in words: what is set, as far as it is known. */
import { afterCode, allFlags, amount, type AutomaticView, type Due, type Flags, otherSideMay } from './automatic.ts'
import { type CallView } from './call.ts'
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

/** Whether a call that is not answered yet will be recorded by itself, and by which setting; null = it will not. */
export function dueInWords({ due, why }: Due, text: Text, format: Format): string | null {
  if (due === 'no') return null
  if (why.length === 0) return text.lamp.automaticHint
  const named = { ...allFlags(false) }
  for (const flag of why) named[flag] = true
  return text.lamp.automaticWhy(text.lamp.automaticDue[due], flagsInWords(named, text, format))
}

/** What is missing; null = nothing. */
export function missingInWords(call: MissingCall, { lamp }: Text): string | null {
  if (!call.automatic.missing) return null
  return otherSideMay(call) ? lamp.automaticMissingInside : lamp.automaticMissing
}
type MissingCall = Pick<CallView, 'automatic' | 'outgoing' | 'zone'>

/** What a call to the code would make of the setting, and how the call goes: said before the press. */
export function codeInWords(view: AutomaticView, text: Text, format: Format): string {
  const { automatic: words } = text
  const how = view.codeBy === null ? '' : `${words.dialBy[view.codeBy](view.code)} `
  return `${how}${effect()}`

  function effect(): string {
    const { proof } = view
    if (proof.kind === 'hint') return proof.on ? words.codeOff : words.codeOn
    if (proof.kind !== 'known') return words.codeEither
    if (amount(proof.flags) === 'some') {
      const back = view.means === 'api' ? words.codeUndo : words.codeNoUndo
      return `${words.codeMixed(flagsInWords(proof.flags, text, format))} ${back}`
    }
    return amount(afterCode(proof.flags)) === 'all' ? words.codeOn : words.codeOff
  }
}
