// Fills the configuration templates of etc/.

/**
 * Replaces each `@NAME@` by its value. Throws when a name has no value, and when a value would end its line or begin a
 * comment: Asterisk would read on without a word.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/@([A-Z][A-Z_]*)@/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`The template asks for ${name}, which has no value`)
    const text = String(value)
    if (/[\n\r;]/.test(text)) throw new Error(`${name} holds a character that no configuration file can: ${text}`)
    return text
  })
}
