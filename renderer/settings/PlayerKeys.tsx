/** "Keys of the player": what each function key does, also when a foot pedal sends it. */
import { FunctionKey, PlayerAction, type FunctionKeys } from '../../shared/playerKeys.ts'
import { type SettingsChange } from '../../shared/settings.ts'
import { useShown } from '../shown.ts'
import { Select } from '../ui/Controls.tsx'
import styles from './PlayerKeys.module.css'
import group from './SettingsScreen.module.css'

const NOTHING = 'none'

export function PlayerKeys({ change }: { change: (changed: SettingsChange) => void }) {
  const { snapshot, text } = useShown()
  const words = text.player.keys
  const { playerKeys } = snapshot.settings
  const options = [
    { value: NOTHING, label: words.none },
    ...PlayerAction.options.map(value => ({ value, label: words.actions[value] })),
  ] as const
  const set = (key: FunctionKey, action: PlayerAction | typeof NOTHING) => {
    const others: FunctionKeys = Object.fromEntries(Object.entries(playerKeys).filter(([name]) => name !== key))
    change({ playerKeys: action === NOTHING ? others : { ...others, [key]: action } })
  }
  return (
    <section className={group.group}>
      <h2>{words.title}</h2>
      <p className={group.help}>{words.help}</p>
      <div className={styles.keys}>
        {FunctionKey.options.map(key => (
          <Select<PlayerAction | typeof NOTHING>
            key={key}
            label={words.key(key)}
            value={playerKeys[key] ?? NOTHING}
            options={options}
            onChange={action => set(key, action)}
          />
        ))}
      </div>
    </section>
  )
}
