/** Every state that the lamp of a page shows, with the wish beside it, written down in the page itself. */
import { type Page } from '@playwright/test'

export async function watchLamp(window: Page): Promise<() => Promise<string[]>> {
  await window.evaluate(() => {
    const seen: string[] = []
    Object.assign(globalThis, { seenLamps: seen })
    const note = () => {
      for (const one of document.querySelectorAll('[data-lamp]')) {
        const state = `${one.getAttribute('data-lamp') ?? ''}/${one.getAttribute('data-wish') ?? ''}`
        if (seen.at(-1) !== state) seen.push(state)
      }
    }
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-lamp', 'data-wish'],
    })
    note()
  })
  return () => window.evaluate(() => (globalThis as unknown as { seenLamps: string[] }).seenLamps)
}
