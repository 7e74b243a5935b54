/** `tallylight://` links: this app opens them, wherever they were pressed. What they say is read elsewhere. */
import { app } from 'electron'
import { LINK_SCHEME, linkAmong } from '../../shared/link.ts'

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
