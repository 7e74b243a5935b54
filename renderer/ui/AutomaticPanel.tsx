/** Automatic recording: four switches and a master where the server takes each by itself, else one button for the code. */
import {
  type AutomaticView,
  allFlags,
  amount,
  type Flag,
  type Flags,
  ONLY_OUTGOING,
  sameFlags,
  withChange,
} from '../../shared/automatic.ts'
import { type CallView } from '../../shared/call.ts'
import { automaticSummary, codeInWords, flagsInWords } from '../../shared/automaticWords.ts'
import { callInFocus } from '../../shared/lamp.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { type Action, useAction } from '../useAction.ts'
import styles from './AutomaticPanel.module.css'
import { Button, Notice, Switch } from './Controls.tsx'
import { Dialog } from './Dialog.tsx'
import { RecordNow } from './RecordNow.tsx'

export function AutomaticPanel({ onClose }: { onClose: () => void }) {
  const { snapshot, text, format, failure } = useShown()
  const { automatic } = snapshot
  const words = text.automatic
  const action = useAction()
  const { proof, means, wish, undo, refusal, elsewhere, code } = automatic
  const set = (flags: Partial<Flags>) => void action.run(() => ask('automatic:set', flags))
  const refused = refusal === null ? null : words.refusal[refusal.reason]
  const call = callInFocus(snapshot.calls)
  return (
    <Dialog title={words.title} note={words.permanent(code)} onClose={onClose}>
      <p className={styles.help}>{words.help}</p>
      {proof.kind === 'known' ? (
        <Switches flags={proof.flags} automatic={automatic} onSet={set} />
      ) : (
        <p className={styles.state} role="status">
          {words.now(automaticSummary(automatic, text, format))}
        </p>
      )}
      {call !== null && automatic.changedAt !== null && automatic.changedAt >= call.startedAt && (
        <ThisCall call={call} />
      )}
      {wish !== null && <p className={styles.pending}>{words.pending}</p>}
      {wish === null && <Evidence automatic={automatic} />}
      {automatic.settling && (
        <p className={styles.help} role="status">
          {words.settling}
        </p>
      )}
      {elsewhere !== null && (
        <Notice>{words.elsewhere(format.clock(elsewhere.at), flagsInWords(elsewhere.from, text, format))}</Notice>
      )}
      {refused !== null && <Notice role="alert">{typeof refused === 'string' ? refused : refused(code)}</Notice>}
      {action.failure !== null && refusal === null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {means === 'code' && <Dial automatic={automatic} action={action} />}
      {means === 'none' && <Notice>{words.none}</Notice>}
      <div className={styles.foot}>
        {means === 'api' && undo !== null && proof.kind === 'known' && wish === null && (
          <Button barred={action.busy} onClick={() => set(undo.to)}>
            {words.undo(flagsInWords(undo.to, text, format), format.clock(undo.at))}
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
}

/** A change counts from the next call: the one that is up can be recorded by its own press. */
function ThisCall({ call }: { call: CallView }) {
  const words = useShown().text.automatic
  return (
    <div className={styles.thisCall}>
      <p role="status">{words.unchanged}</p>
      {call.status === 'up' && <RecordNow call={call} words={words.recordThis} />}
    </div>
  )
}

function Dial({ automatic, action }: { automatic: AutomaticView; action: Action }) {
  const { text, format } = useShown()
  const words = text.automatic
  const { calling, codeBy, code } = automatic
  const how = words.calling[codeBy ?? 'phone']
  return (
    <div className={styles.dial}>
      {calling ? (
        <p className={styles.pending} role="status">
          {typeof how === 'string' ? how : how(code)}
        </p>
      ) : (
        <p className={styles.help}>{codeInWords(automatic, text, format)}</p>
      )}
      <Button
        kind="main"
        barred={action.busy || calling}
        onClick={() => void action.run(() => ask('automatic:dialCode', undefined))}
      >
        {words.dial(code)}
      </Button>
    </div>
  )
}

function Evidence({ automatic: { proof } }: { automatic: AutomaticView }) {
  const { text, format } = useShown()
  if (proof.kind === 'known') return <p className={styles.help}>{text.automatic.confirmed(format.clock(proof.at))}</p>
  if (proof.kind === 'hint') return <p className={styles.help}>{text.automatic.hinted(format.clock(proof.at))}</p>
  return null
}

interface SwitchesProps {
  /** As read. */
  flags: Flags
  automatic: AutomaticView
  onSet: (flags: Partial<Flags>) => void
}

function Switches({ flags, automatic: { wish, means, grid }, onSet }: SwitchesProps) {
  const words = useShown().text.automatic
  const barred = means !== 'api'
  // a press counts from what was asked for last, so that a mistake is taken back by the same press
  const wanted = withChange(flags, wish)
  const all = amount(wanted) === 'all'
  const master = (
    <Switch
      label={words.all}
      labelUnseen
      on={amount(flags) === 'all'}
      pending={wish !== null}
      barred={barred}
      onPress={() => onSet(allFlags(!all))}
    />
  )
  if (grid === 'one')
    return (
      <div className={styles.one}>
        <p>
          {words.all} {master}
        </p>
        <p className={styles.help}>{words.one}</p>
      </div>
    )
  const cell = (flag: Flag, row: string, column: string) => (
    <td>
      <Switch
        label={`${row}, ${column}`}
        labelUnseen
        on={flags[flag]}
        pending={wish?.[flag] !== undefined}
        barred={barred}
        onPress={() => onSet({ [flag]: !wanted[flag] })}
      />
    </td>
  )
  return (
    <>
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
            <td colSpan={2}>{master}</td>
          </tr>
        </tbody>
      </table>
      {!barred && (
        <div>
          <Button barred={sameFlags(wanted, ONLY_OUTGOING)} onClick={() => onSet(ONLY_OUTGOING)}>
            {words.onlyOutgoing}
          </Button>
        </div>
      )}
    </>
  )
}
