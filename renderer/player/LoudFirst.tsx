/** Asked once, in an open office: what is played would be heard by everyone around. */
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'

export function LoudFirst({ onYes }: { onYes: () => void }) {
  const { text } = useShown()
  return (
    <Notice role="alert">
      {text.player.loud}{' '}
      <Button
        kind="quiet"
        onClick={() => {
          // remembered or not, it plays now
          void ask('settings:change', { playAloud: true }).catch(console.error)
          onYes()
        }}
      >
        {text.player.loudYes}
      </Button>
    </Notice>
  )
}
