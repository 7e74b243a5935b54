/** Automatic recording: four switches and a master where the server takes each by itself, else one button for the code. */
import {
  type AutomaticView,
  afterCode,
  allFlags,
  amount,
  type Flag,
  FLAGS,
  type Flags,
} from '../../shared/automatic.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { automaticSummary, flagsInWords } from '../../shared/automaticWords.ts'
import { Button, Notice, Switch } from './Controls.tsx'
import { Dialog } from './Dialog.tsx'
import styles from './AutomaticPanel.module.css'

export function AutomaticPanel({ onClose }: { onClose: () => void }) {
  const { snapshot, text, format, failure } = useShown()
  const { automatic } = snapshot
  const words = text.automatic
  const action = useAction()
  const { proof, means, wish, before, refusal, code } = automatic
  const set = (flags: Partial<Flags>) => void action.run(() => ask('automatic:set', flags))
  const refused = refusal === null ? null : words.refusal[refusal.reason]
  return (
    <Dialog title={words.title} note={words.permanent(code)} onClose={onClose}>
      <p className={styles.help}>{words.help}</p>
      {proof.kind === 'known' ? (
        <Switches flags={proof.flags} wish={wish} barred={means !== 'api'} onSet={set} />
      ) : (
        <p className={styles.state} role="status">
          {words.now(automaticSummary(automatic, text, format))}
        </p>
      )}
      {wish !== null && <p className={styles.pending}>{words.pending}</p>}
      {wish === null && <Evidence automatic={automatic} />}
      {refused !== null && <Notice role="alert">{typeof refused === 'string' ? refused : refused(code)}</Notice>}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {means === 'code' && (
        <div className={styles.dial}>
          <Button
            kind="main"
            barred={action.busy || wish !== null}
            onClick={() => void action.run(() => ask('automatic:dialCode', undefined))}
          >
            {words.dial(code)}
          </Button>
          <p className={styles.help}>{codeEffect(automatic)(code)}</p>
        </div>
      )}
      {means === 'none' && <Notice>{words.none}</Notice>}
      <div className={styles.foot}>
        {means === 'api' &&
          before !== null &&
          proof.kind === 'known' &&
          wish === null &&
          !same(before, proof.flags) && (
            <Button barred={action.busy} onClick={() => set(before)}>
              {words.undo(flagsInWords(before, text, format))}
            </Button>
          )}
        {proof.kind !== 'unprovable' && (
          <Button
            kind="quiet"
            barred={action.busy}
            onClick={() => void action.run(() => ask('automatic:check', undefined))}
          >
            {words.check}
          </Button>
        )}
      </div>
    </Dialog>
  )

  /** What the code would make of the present setting, as far as that is known. */
  function codeEffect(view: AutomaticView): (given: string) => string {
    if (view.proof.kind === 'hint') return view.proof.on ? words.dialOff : words.dialOn
    if (view.proof.kind !== 'known') return words.dialEither
    return amount(afterCode(view.proof.flags)) === 'all' ? words.dialOn : words.dialOff
  }
}

const same = (a: Flags, b: Flags) => FLAGS.every(flag => a[flag] === b[flag])

function Evidence({ automatic: { proof } }: { automatic: AutomaticView }) {
  const { text, format } = useShown()
  if (proof.kind === 'known') return <p className={styles.help}>{text.automatic.confirmed(format.clock(proof.at))}</p>
  if (proof.kind === 'hint') return <p className={styles.help}>{text.automatic.hinted(format.clock(proof.at))}</p>
  return null
}

interface SwitchesProps {
  flags: Flags
  wish: AutomaticView['wish']
  barred: boolean
  onSet: (flags: Partial<Flags>) => void
}

function Switches({ flags, wish, barred, onSet }: SwitchesProps) {
  const words = useShown().text.automatic
  const cell = (flag: Flag, row: string, column: string) => (
    <td>
      <Switch
        label={`${row}, ${column}`}
        labelUnseen
        on={flags[flag]}
        pending={wish?.[flag] !== undefined}
        barred={barred}
        onPress={() => onSet({ [flag]: !flags[flag] })}
      />
    </td>
  )
  const all = amount(flags) === 'all'
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <td />
          <th scope="col">{words.outside}</th>
          <th scope="col">{words.colleagues}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{words.outgoing}</th>
          {cell('outgoingExternal', words.outgoing, words.outside)}
          {cell('outgoingInternal', words.outgoing, words.colleagues)}
        </tr>
        <tr>
          <th scope="row">{words.incoming}</th>
          {cell('incomingExternal', words.incoming, words.outside)}
          {cell('incomingInternal', words.incoming, words.colleagues)}
        </tr>
        <tr className={styles.master}>
          <th scope="row">{words.all}</th>
          <td colSpan={2}>
            <Switch
              label={words.all}
              labelUnseen
              on={all}
              pending={wish !== null}
              barred={barred}
              onPress={() => onSet(allFlags(!all))}
            />
          </td>
        </tr>
      </tbody>
    </table>
  )
}
