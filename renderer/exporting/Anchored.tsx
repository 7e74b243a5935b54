/** A panel below the lamp bar, at the side, wherever in the page it was called for: nothing there may cover the lamp. */
import { type ComponentProps } from 'react'
import { createPortal } from 'react-dom'
import { Dialog } from '../ui/Dialog.tsx'

export function Anchored(dialog: ComponentProps<typeof Dialog>) {
  const place = document.querySelector('[data-panels]')
  return place === null ? null : createPortal(<Dialog {...dialog} />, place)
}
