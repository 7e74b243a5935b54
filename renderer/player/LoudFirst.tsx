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

/** As they name what everyone hears. */
const LOUD = /speaker|haut-?parleur|hdmi|display ?port|monitor|[ée]cran|built-?in|int[ée]gr|internal|interne/i

/** Only loudspeakers are there, by their names. Where one is not known to be one, it is not asked. */
export const onlyLoud = (outputs: readonly AudioDevice[]): boolean =>
  outputs.length > 0 && outputs.every(({ label }) => LOUD.test(label) && !WORN.test(label))
