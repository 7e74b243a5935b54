/** What an eye sees of a window, measured: the lamp and every red, what scrolls sideways, where the focus is. */
import { type Page } from '@playwright/test'

export interface Seen {
  readonly lamp: string | null
  /** The solid disc is drawn. */
  readonly disc: boolean
  /** The lamp's shape has the red of `--tally-red`. */
  readonly red: boolean
  readonly word: string
  /** Elements outside of the lamp that have the red in any of their colours. */
  readonly redElsewhere: number
}

/** Looks at the next frame. */
export const look = (page: Page): Promise<Seen> =>
  page.evaluate(async () => {
    await new Promise(requestAnimationFrame)
    const root = document.documentElement
    const probe = document.createElement('canvas').getContext('2d')
    const plain = (colour: string) => {
      if (probe === null) throw new Error('no canvas')
      probe.fillStyle = colour
      return probe.fillStyle
    }
    const red = plain(getComputedStyle(root).getPropertyValue('--tally-red').trim())
    const isRed = (element: Element) => {
      const style = getComputedStyle(element)
      return [style.color, style.backgroundColor, style.borderTopColor, style.fill, style.stroke].some(
        colour => /^(#|rgb)/.test(colour) && plain(colour) === red,
      )
    }
    const lamp = document.querySelector('[data-lamp]')
    const shape = lamp?.querySelector('svg') ?? null
    return {
      lamp: lamp?.getAttribute('data-lamp') ?? null,
      disc: (shape?.querySelector('circle[fill="currentColor"]') ?? null) !== null,
      red: shape !== null && plain(getComputedStyle(shape).color) === red,
      word: lamp?.querySelector('[role=status]')?.textContent ?? '',
      redElsewhere: [...document.body.querySelectorAll('*')].filter(
        element => element.closest('[data-lamp]') === null && isRed(element),
      ).length,
    }
  })

/** What is wider than its place: the page, and all that can be scrolled. Empty = nothing scrolls sideways. */
export const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (element: Element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
    return [...document.querySelectorAll('*')]
      .filter(element => element === document.documentElement || element === document.body || scrolls(element))
      .filter(element => element.scrollWidth > element.clientWidth)
      .map(element => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`)
  })

export interface Focus {
  readonly name: string
  readonly visible: boolean
}

/** The focused element, by its words, and whether a ring shows that it is. */
export const focus = (page: Page): Promise<Focus> =>
  page.evaluate(() => {
    const { activeElement: at } = document
    if (at === null || at === document.body) return { name: '', visible: false }
    // a grid has the focus for the row it points at
    const ringed = document.getElementById(at.getAttribute('aria-activedescendant') ?? '') ?? at
    const style = getComputedStyle(ringed)
    return {
      name: at.getAttribute('aria-label') ?? at.textContent.trim(),
      visible:
        at.matches(':focus-visible') && style.outlineStyle === 'solid' && Number.parseFloat(style.outlineWidth) >= 2,
    }
  })
