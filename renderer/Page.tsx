/** A page of ours: main's latest snapshot for all that is in it, in the user's language and look. A fault of it claims nothing. */
import { type ReactNode, StrictMode, useEffect, useMemo } from 'react'
import { createRoot } from 'react-dom/client'
import { ShownContext, shownFrom } from './shown.ts'
import { type Received, startSnapshots, useReceived } from './snapshot.ts'
import { useTheme } from './theme.ts'
import { Fault } from './ui/Fault.tsx'

function Page({ children }: { children: ReactNode }) {
  const received = useReceived()
  useTheme(received?.snapshot.settings.theme ?? 'system')
  return (
    <Fault language={received?.snapshot.language ?? 'en'}>
      {received !== null && <Shown received={received}>{children}</Shown>}
    </Fault>
  )
}

function Shown({ received, children }: { received: Received; children: ReactNode }) {
  const shown = useMemo(() => shownFrom(received), [received])
  useEffect(() => {
    document.documentElement.lang = shown.language
  }, [shown.language])
  return <ShownContext value={shown}>{children}</ShownContext>
}

/** Puts a page on screen, in `#root`, and listens to main. */
export function startPage(content: ReactNode): void {
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no #root')
  createRoot(root).render(
    <StrictMode>
      <Page>{content}</Page>
    </StrictMode>,
  )
  startSnapshots().catch((error: unknown) => console.error('Main gave no snapshot', error))
}
