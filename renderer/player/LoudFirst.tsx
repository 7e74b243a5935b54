/** Asked once, in an open office: what is played would be heard by everyone around. */
import { type AudioDevice } from '../../shared/devices.ts'
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

/** As makers and systems name what one wears. */
const WORN =
  /head|casque|[ée]cout|ear|micro-?casque|hands-?free|mains[- ]libres|bluetooth|usb|jabra|poly|plantronics|sennheiser|epos|logi|airpods|buds/i

/** Only loudspeakers are there, as far as their names tell. Where nothing is known of them, it is not asked. */
export const onlyLoud = (outputs: readonly AudioDevice[]): boolean =>
  outputs.length > 0 && !outputs.some(({ label }) => WORN.test(label))
