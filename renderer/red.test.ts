/** The one red of the windows belongs to the lamp, and there to a proven recording alone. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const here = import.meta.dirname
const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(name => !name.startsWith('phone'))
const read = (name: string) => readFileSync(join(here, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
const sheets = files.filter(name => name.endsWith('.css'))

/** Rules of a style sheet without nesting: selector and body. */
const rules = (css: string) =>
  [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = '', body = '']) => ({
    selector: selector.trim(),
    body,
  }))

describe('the red', () => {
  it('is used by one rule, that of a proven recording', () => {
    const users = sheets.flatMap(name => rules(read(name)).filter(rule => rule.body.includes('var(--tally-red)')))
    expect(users.map(rule => rule.selector)).toEqual([".lamp[data-lamp='recording']"])
  })

  it('is named in base.css, as every colour is', () => {
    expect(sheets.length).toBeGreaterThan(10)
    const coloured = sheets.filter(
      name => name !== 'base.css' && /#[0-9a-f]{3,8}\b|:\s*red\b|hsl|oklch/i.test(read(name)),
    )
    expect(coloured).toEqual([])
  })

  it('has no sister: every other colour is far from red', () => {
    const colours = rules(read('base.css')).flatMap(rule => [...rule.body.matchAll(/(--[a-z-]+):\s*#([0-9a-f]{6})/g)])
    expect(colours.length).toBeGreaterThan(15)
    const reddish = colours.filter(([, , hex = '']) => {
      const [r = 0, g = 0, b = 0] = [0, 2, 4].map(at => Number.parseInt(hex.slice(at, at + 2), 16))
      return r > 1.4 * Math.max(g, b)
    })
    expect([...new Set(reddish.map(([, name]) => name))]).toEqual(['--tally-red'])
  })

  it('is never set by a style attribute or a script', () => {
    const scripts = files.filter(name => /\.tsx?$/.test(name) && !name.includes('.test.'))
    expect(scripts.filter(name => /tally-red|style=|#[0-9a-f]{6}/i.test(read(name)))).toEqual([])
  })
})
