// The modules that Asterisk loads here: modules.list, and what becomes of it in modules.conf.

export type Module = { name: string; required: boolean }

/**
 * Reads a list of modules: one a line, `!` before a name that must load, `#` begins a comment.
 * Throws on a line that is no module's name, and on a name that comes twice.
 */
export function parseModules(text: string): Module[] {
  const modules: Module[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const word = line.replace(/#.*/, '').trim()
    if (word === '') continue
    const parts = /^(!?)([a-z][a-z0-9_]*)$/.exec(word)
    const name = parts?.[2]
    if (name === undefined) throw new Error(`Line ${index + 1} of the module list is no module: ${word}`)
    if (modules.some(module => module.name === name)) throw new Error(`The module list names ${name} twice`)
    modules.push({ name, required: parts?.[1] === '!' })
  }
  return modules
}

/** modules.conf: the required ones in any case (so that Asterisk complains), of the others those that are there. */
export function modulesConf(modules: readonly Module[], isThere: (name: string) => boolean): string {
  const lines = modules
    .filter(({ name, required }) => required || isThere(name))
    .map(({ name, required }) => `${required ? 'require' : 'load'} = ${name}.so`)
  return ['[modules]', 'autoload = no', ...lines, ''].join('\n')
}
