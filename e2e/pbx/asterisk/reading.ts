// Reads what Asterisk prints.

/** A command's output, without what the client itself says before it where there is no Ethernet interface. */
export function withoutGrumbling(output: string): string {
  return output.replace(/^(No ethernet interface found .*\n)+/, '')
}

export type Channel = {
  /** `PJSIP/1001-00000000`. */
  name: string
  /** Where it is in the dialplan. */
  context: string
  extension: string
  /** `Down`, `Ring`, `Ringing`, `Up`. */
  state: string
  application: string
}

/** The channels of `core show channels concise`: fields divided by "!". Throws on a line of another form. */
export function parseChannels(text: string): Channel[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [name, context, extension, , state, application] = line.split('!')
      if (!name?.includes('/') || context === undefined || extension === undefined || !state) {
        throw new Error(`This is no line of "core show channels concise": ${line}`)
      }
      return { name, context, extension, state, application: application ?? '' }
    })
}

/** The digits that 620 (etc/extensions.conf) wrote to the log for a user, in their order. */
export function digitsIn(log: string, user: string): string {
  const heard = log.matchAll(/HEARD-DIGIT (\d+) ([0-9A-D*#])\s*$/gm)
  return [...heard].flatMap(([, who, digit]) => (who === user && digit !== undefined ? [digit] : [])).join('')
}
