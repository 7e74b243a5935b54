/** "Sound": microphone, speaker and the device that rings, each chosen and tried out. */
import { useEffect, useState } from 'react'
import { type AudioDevice, AudioLevel, type AudioTest, AudioUse } from '../../shared/devices.ts'
import { type SettingsChange } from '../../shared/settings.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Notice, plain, Select, Switch } from '../ui/Controls.tsx'
import styles from './Devices.module.css'
import group from './SettingsScreen.module.css'

/** The select's value for the computer's own choice: no id is empty. */
const OWN = ''

export function Devices({ change }: { change: (changed: SettingsChange) => void }) {
  const { snapshot, text, failure } = useShown()
  const { settings, phone } = snapshot
  const words = text.settings.devices
  const action = useAction()
  const [trying, setTrying] = useState<'level' | 'hear' | null>(null)
  const run = (what: AudioTest) => void action.run(() => ask('audio:test', { what }))
  // whoever leaves the settings no longer tries anything
  useEffect(() => () => void ask('audio:test', { what: 'off' }).catch(() => undefined), [])
  const toggle = (what: 'level' | 'hear') => {
    const next = trying === what ? null : what
    setTrying(next)
    run(next ?? 'off')
  }
  const choose = (use: AudioUse, device: AudioDevice | null) =>
    change({ devices: { ...settings.devices, [use]: device } })

  return (
    <section className={group.group}>
      <h2>{words.title}</h2>
      <div className={group.pair}>
        {AudioUse.options.map(use => (
          <DeviceSelect
            key={use}
            use={use}
            chosen={settings.devices[use]}
            there={use === 'microphone' ? phone.devices.inputs : phone.devices.outputs}
            missing={phone.devices.missing.includes(use)}
            onChoose={device => choose(use, device)}
          />
        ))}
      </div>
      <div className={styles.tries}>
        <Button barred={action.busy} onClick={() => toggle('level')}>
          {trying === 'level' ? words.stop : words.tryMicrophone}
        </Button>
        <Button barred={action.busy} onClick={() => toggle('hear')}>
          {trying === 'hear' ? words.stop : words.hear}
        </Button>
        <Button barred={action.busy} onClick={() => run('speaker')}>
          {words.trySpeaker}
        </Button>
        <Button barred={action.busy} onClick={() => run('ringer')}>
          {words.tryRinger}
        </Button>
      </div>
      {trying !== null && <Level key={trying} help={trying === 'hear' ? words.hearHelp : words.speakNow} />}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      <div>
        <Switch
          label={words.autoAnswer}
          on={settings.autoAnswer}
          pending={false}
          barred={false}
          onPress={() => change({ autoAnswer: !settings.autoAnswer })}
        />
        <p className={group.help}>{words.autoAnswerHelp}</p>
      </div>
    </section>
  )
}

interface DeviceSelectProps {
  use: AudioUse
  chosen: AudioDevice | null
  there: readonly AudioDevice[]
  missing: boolean
  onChoose: (device: AudioDevice | null) => void
}

/** One that was chosen stays in the list while it is plugged out: it is used again as soon as it is back. */
function DeviceSelect({ use, chosen, there, missing, onChoose }: DeviceSelectProps) {
  const { text } = useShown()
  const words = text.settings.devices
  const named = ({ label }: AudioDevice) => (plain(label) === '' ? words.unnamed : plain(label))
  const present =
    chosen === null
      ? null
      : (there.find(({ id }) => id === chosen.id) ?? there.find(({ label }) => label === chosen.label) ?? null)
  const gone = chosen !== null && (missing || present === null) ? chosen : null
  return (
    <Select
      label={words[use]}
      value={gone?.id ?? present?.id ?? OWN}
      options={[
        { value: OWN, label: words.own },
        ...there.map(device => ({ value: device.id, label: named(device) })),
        ...(gone === null ? [] : [{ value: gone.id, label: words.gone(named(gone)) }]),
      ]}
      onChange={id => {
        if (id !== gone?.id) onChoose(there.find(device => device.id === id) ?? null)
      }}
    />
  )
}

/** What the microphone that is being tried hears, or why it hears nothing. */
function Level({ help }: { help: string }) {
  const { text } = useShown()
  const [{ level, why }, setLevel] = useState<AudioLevel>({ level: 0, why: null })
  useEffect(() => window.bridge.on('audio:level', told => setLevel(AudioLevel.parse(told))), [])
  if (why !== null) return <Notice role="alert">{text.phone.silentTest[why]}</Notice>
  return (
    <div className={styles.level}>
      <meter className={styles.meter} min={0} max={1} value={level} aria-label={text.settings.devices.level} />
      <p className={group.help}>{help}</p>
    </div>
  )
}
