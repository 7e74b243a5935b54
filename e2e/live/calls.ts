/** The steps in a call: call, record, pause, resume, stop, the code on the keypad, hang up. */
import { type CallView } from '../../shared/call.ts'
import { type Want } from '../../shared/recording/state.ts'
import { type Place, type RecordingView } from '../../shared/recording/view.ts'
import { failureText } from '../../shared/text/index.ts'
import { type App } from './app.ts'
import { askUntil, Failed, NotAllowed, type Run, Skipped, type Step } from './run.ts'

/** From a press until its place takes one, and until its proof or its refusal, milliseconds. */
const PLACE_MS = 6_000
const PROOF_MS = 15_000
const SOUND_MS = 5_000
const GONE_MS = 10_000

const WORD: Readonly<Record<Want, string>> = { start: 'record', pause: 'pause', resume: 'resume', stop: 'stop' }
const GOAL: Readonly<Record<Want, 'off' | 'recording' | 'paused'>> = {
  start: 'recording',
  pause: 'paused',
  resume: 'recording',
  stop: 'off',
}

export async function callSteps(app: App, run: Run): Promise<void> {
  const { settings } = app
  const limitS = settings.answerS + 30
  await run.step('call', `Call ${settings.callee}`, { needs: ['line'], limitS }, step => call(app, step))
  const inCall = { needs: ['call'] }
  await run.step('record', 'Record', inCall, async step => {
    const { recording } = theCall(app)
    if (recording.proof.kind !== 'recording') return press(app, step, 'start')
    step.proven('it is recorded automatically', recording.proof.since)
  })
  const recorded = { needs: ['record'], limitS: 40 }
  await run.step('pause', 'Pause', recorded, async step => {
    await worthHearing(app, step, 3_000)
    await press(app, step, 'pause')
  })
  await run.step('resume', 'Resume', { needs: ['pause'] }, step => press(app, step, 'resume'))
  await run.step('stop', 'Stop', recorded, async step => {
    await worthHearing(app, step, 2_000)
    await press(app, step, 'stop')
  })
  await run.step('code', `${settings.recordCode} on the keypad`, { needs: ['call'], limitS: 60 }, step =>
    keypad(app, run, step),
  )
  await run.step('hang-up', 'Hang up', { ...inCall, cleansUp: true }, step => hangUp(app, step))
  await endWhatIsLeft(app, run)
}

/** A call that nobody answered, or that was given up half-way. */
export async function endWhatIsLeft(app: App, run: Run): Promise<void> {
  const left = app.left()
  if (left.length === 0) return
  await run.step('end', 'End the call', { cleansUp: true, limitS: 15 }, async step => {
    step.asked('to end what is left')
    await Promise.all(left.map(({ id }) => app.companion.calls.hangUp(id)))
    step.acknowledged('it was sent')
    await app.until(step, 'the end of the call', GONE_MS, () => (app.left().length === 0 ? true : undefined))
    step.proven('it is over')
  })
}

export function theCall(app: App): CallView {
  const call = app.call(app.companion.snapshot())
  if (call === undefined) throw new Failed('the call is gone')
  return call
}

async function call(app: App, step: Step): Promise<void> {
  const { companion, settings, session } = app
  const here = session.use === 'phone'
  if (!here && !settings.external)
    throw new Skipped(
      'this line is not for phones in software: set TALLYLIGHT_LIVE_DEVICE=external, and pick up your phone when it rings',
    )
  if (!here && session.capabilities?.originate !== true)
    throw new NotAllowed('this user may not call through the server')
  app.disown()
  step.asked(here ? `the phone of this computer to dial ${settings.callee}` : 'the server to ring your phone: pick up')
  await companion.calls.dial(settings.callee)
  step.acknowledged(here ? 'the call is on its way' : 'your phone rings')
  const up = await app.until(step, 'somebody who answers', settings.answerS * 1000, snapshot => {
    const { callFailure } = snapshot
    if (callFailure !== null) throw new Failed(failureText('en', callFailure.failure))
    const one = app.call(snapshot)
    return one?.status === 'up' && one.recording.proof.kind !== 'unknown' && connected(one) ? one : undefined
  })
  const { peer, recording, answeredAt } = up
  step.proven(`up with ${peer.name || peer.number}, recording: ${recording.proof.kind}`, answeredAt ?? Date.now())
  if (!here) return
  const sound = await app
    .until(step, 'sound', SOUND_MS, () => {
      const { ears } = app.phone
      return ears !== null && ears.heardMs > 500 ? ears.rms(500) : undefined
    })
    .catch(() => null)
  if (app.call(app.companion.snapshot()) === undefined)
    throw new Failed('it ended again, without any sound: is the audio (UDP) blocked on the way?')
  step.note(
    sound === null
      ? `no sound of the other side came in ${SOUND_MS / 1000} s: is the audio blocked on the way?`
      : `the other side is heard at ${sound.toFixed(3)} of full scale`,
  )
}

/** The API and the keypad reach it. */
const connected = ({ recording: { main } }: CallView): boolean => main?.barred !== 'no-bridge'

/** One press of a recording place, as the window would do it. */
async function press(app: App, step: Step, want: Want): Promise<void> {
  const { id } = await app.until(step, `"${WORD[want]}" to be offered`, PLACE_MS, snapshot => {
    const one = app.call(snapshot)
    if (one === undefined) throw new Failed('the call is gone')
    if (one.recording.proof.kind === 'unprovable')
      throw new NotAllowed('this server does not show this user whether his call is recorded')
    const place = placeFor(one.recording, want)
    if (place !== null) judgePlace(place, want)
    return place?.barred === null ? one : undefined
  })
  const { route } = theCall(app).recording
  const byApi = route === 'calld' || route === null
  step.asked(`to ${WORD[want]}, by ${byApi ? 'the API' : `digits (${route})`}`)
  const before = app.acknowledged.length
  app.companion.calls.press(id, want)
  const outcome = await app.until(step, `proof of "${WORD[want]}"`, PROOF_MS, snapshot => {
    const one = app.call(snapshot)
    if (one === undefined) throw new Failed('the call is gone')
    const { proof, wish, refusal } = one.recording
    if (wish !== null) return undefined
    return refusal !== null || proof.kind === GOAL[want] || proof.kind === 'unknown' ? one.recording : undefined
  })
  // the event may be sooner than the answer
  if (byApi) await app.answered(step)
  for (const { want: said, at, refused } of app.acknowledged.slice(before))
    step.acknowledged(refused === null ? `"${said}" was taken` : `"${said}" was refused: ${refused}`, at)
  judge(outcome, want, step)
}

const placeFor = ({ main, stop }: RecordingView, want: Want): Place | null =>
  [main, stop].find(place => place?.press === want) ?? null

function judgePlace({ barred }: Place, want: Want): void {
  if (barred === 'cannot-pause') throw new NotAllowed('this server can start and stop, not pause (before Wazo 25.03)')
  if (barred === 'cannot-stop') throw new NotAllowed('nothing that reaches this call can stop a recording')
  if (barred === 'not-allowed') throw new NotAllowed('this user may not record calls')
  if (barred === 'not-this-queue') throw new NotAllowed('calls of this queue or group may not be recorded')
  if (barred === 'by-policy') throw new NotAllowed('it is recorded by policy')
  if (barred === 'no-route') throw new NotAllowed(`nothing reaches this call to ${WORD[want]}`)
}

/** Red without proof would be a lie of ours; a command that was taken and shows nothing is one of the server's. */
function judge({ proof, refusal }: RecordingView, want: Want, step: Step): void {
  if (proof.kind === GOAL[want] && refusal === null) return step.proven(`the server shows: ${proof.kind}`, proof.since)
  if (refusal === null) throw new Failed(`the server does not tell what became of it`)
  switch (refusal.reason) {
    case 'not-allowed':
      throw new NotAllowed('this user may not record calls (recording-unauthorized)')
    case 'not-this-queue':
      throw new NotAllowed('calls of this queue or group may not be recorded')
    case 'by-policy':
      throw new NotAllowed('it is recorded by policy')
    case 'not-offered':
    case 'no-route':
      throw new NotAllowed(`this server offers no way to ${WORD[want]}`)
    case 'nothing-happened':
      throw new Failed(`it was acknowledged, and nothing happened: the server shows ${proof.kind}`)
    default:
      throw new Failed(`refused: ${refusal.reason}; the server shows ${proof.kind}`)
  }
}

/** Lets a running recording run for so long: Asterisk's file first grows after 2.4 s. */
async function worthHearing(app: App, step: Step, ms: number): Promise<void> {
  await app.until(step, 'something worth hearing', ms * 3, snapshot => {
    const { proof, runningSince = null } = app.call(snapshot)?.recording ?? {}
    if (proof === undefined) throw new Failed('the call is gone')
    return proof.kind !== 'recording' || (runningSince !== null && Date.now() - runningSince >= ms) ? true : undefined
  })
}

/** The code, pressed as a person presses it on the phone: what it means is this server's dialect. */
async function keypad(app: App, run: Run, step: Step): Promise<void> {
  const { recordCode } = app.settings
  if (run.results.some(one => one.step === 'record' && one.status === 'not-allowed'))
    throw new NotAllowed('as "Record": one right governs the API and the code')
  if (!run.works('record')) throw new Skipped('"Record" comes first')
  if (app.session.use !== 'phone') throw new Skipped('the code is pressed on the phone that carries the call')
  if (theCall(app).recording.proof.kind !== 'off') throw new Skipped('"Stop" comes first')
  const pauses = app.session.capabilities?.pauseApi === true
  for (const goal of ['recording', pauses ? 'paused' : 'off'] as const) {
    const { id, recording } = theCall(app)
    step.asked(`${recordCode} by RFC 4733, while the server shows: ${recording.proof.kind}`)
    await app.companion.calls.digits(id, recordCode)
    step.acknowledged('the last digit is out')
    const proof = await app
      .until(step, `proof of ${goal}`, PROOF_MS, snapshot => {
        const shown = app.call(snapshot)?.recording.proof
        return shown?.kind === goal ? shown : undefined
      })
      .catch(() => null)
    if (proof === null)
      throw new Failed(
        `${recordCode} was pressed and the server still shows ${theCall(app).recording.proof.kind}: is it another code here, or switched off?`,
      )
    step.proven(`the server shows: ${proof.kind}`, 'since' in proof ? proof.since : Date.now())
  }
  if (pauses) await press(app, step, 'stop')
}

async function hangUp(app: App, step: Step): Promise<void> {
  const call = app.call(app.companion.snapshot())
  if (call === undefined) throw new Failed('the call had ended before')
  step.asked('to end the call')
  await app.companion.calls.hangUp(call.id)
  step.acknowledged('it was sent')
  const { last } = await app.until(step, 'the end of the call', GONE_MS, snapshot =>
    app.call(snapshot) === undefined ? { last: snapshot.lastCall } : undefined,
  )
  const { recordedMs = 0, callMs = 0 } = last ?? {}
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  step.note(`${seconds(recordedMs)} s recorded of ${seconds(callMs)} s`)
  if (app.session.capabilities?.readCalls !== true) return step.note('this server does not show whether it is over')
  // the phone believes that it hung up, also into a dead socket
  step.waitingFor = 'the end of the call on the server'
  const gone = await askUntil(step, GONE_MS, async () =>
    (await app.session.calld.calls()).some(({ id }) => id === call.serverId) ? undefined : true,
  )
  if (gone === null) throw new Failed('the server still shows it')
  step.proven('the server shows it no more')
}
