/** Notifications of the system: one for each thing that happened, gone when it is no longer so. A click shows the window. */
import { Notification } from 'electron'
import { type Notice } from '../../shared/notices.ts'
import { log } from './log.ts'
import { tellSeen } from './seen.ts'

export class Notifier {
  readonly #icon: string
  readonly #onClick: () => void
  /** Kept as long as they are shown: one that is collected takes its click with it. */
  readonly #shown = new Map<string, Notification>()

  constructor(icon: string, onClick: () => void) {
    this.#icon = icon
    this.#onClick = onClick
  }

  show({ id, title, body, always }: Notice): void {
    tellSeen('notification', { id, title, body })
    if (!Notification.isSupported()) return
    this.close(id)
    const shown = new Notification({
      title,
      body,
      icon: this.#icon,
      silent: true,
      urgency: always ? 'critical' : 'normal',
    })
    shown.on('click', this.#onClick)
    shown.on('close', () => {
      if (this.#shown.get(id) === shown) this.#shown.delete(id)
    })
    shown.on('failed', (_event, error) => log(`a notification was not shown: ${error}`))
    this.#shown.set(id, shown)
    shown.show()
  }

  close(id: string): void {
    const shown = this.#shown.get(id)
    this.#shown.delete(id)
    shown?.close()
  }

  closeAll(): void {
    for (const id of [...this.#shown.keys()]) this.close(id)
  }
}
