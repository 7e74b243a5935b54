/**
 * `tallylight://` links: this app opens them, wherever they were pressed; those of calls where the user wants it. What they
 * say is read elsewhere.
 */
import { app } from 'electron'
import { CALL_SCHEMES } from '../../shared/callLink.ts'
import { LINK_SCHEME, linkAmong } from '../../shared/link.ts'
import { log } from './log.ts'

/** Before the app is ready: a system that hands links over by an event (macOS) does so early. */
export function takeLinks(): { listen(take: (link: string) => void): void } {
  const early: string[] = []
  let take = (link: string): void => void early.push(link)
  app.on('open-url', (event, url) => {
    event.preventDefault()
    take(url)
  })
  app.on('second-instance', (_event, argv) => {
    const link = linkAmong(argv)
    if (link !== null) take(link)
  })
  // elsewhere it is an argument of the start
  const first = linkAmong(process.argv.slice(1))
  if (first !== null) early.push(first)
  // from a checkout it would name the runtime alone; packages say it to the system when they are installed, too
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
  return {
    listen: taker => {
      take = taker
      for (const link of early.splice(0)) taker(link)
    },
  }
}

/** Registers the app for the links of calls, or takes that back. Only the user's own choice leads here. */
export function offerCallLinks(on: boolean): void {
  for (const scheme of CALL_SCHEMES) {
    // another program may be the system's choice: it is left alone
    if (!on && !app.isDefaultProtocolClient(scheme)) continue
    const done = on ? app.setAsDefaultProtocolClient(scheme) : app.removeAsDefaultProtocolClient(scheme)
    if (!done) log(`the system did not ${on ? 'take' : 'forget'} this app for ${scheme}: links`)
  }
}
