/** The main job of recording, step by step, by the app's own code; and everything undone at the end, whatever happened. */
import { type Capabilities } from '../../shared/account.ts'
import { type Flags } from '../../shared/automatic.ts'
import { type App } from './app.ts'
import { callSteps, endWhatIsLeft } from './calls.ts'
import { flagsNow, flagSteps, setBack } from './flags.ts'
import { librarySteps, newestNow } from './library.ts'
import { Failed, type Run, type Step } from './run.ts'

const REGISTERED_MS = 15_000
const LIVE_MS = 15_000

export async function job(app: App, run: Run): Promise<void> {
  let before: Flags | null = null
  try {
    await run.step('sign-in', 'Sign in', {}, step => signIn(app, step))
    await run.step('rights', 'What is allowed', { needs: ['sign-in'] }, step => rights(app, step))
    await run.step('line', 'Connect', { needs: ['rights'], limitS: 45 }, async step => {
      await connect(app, step)
      // before anything is changed
      if (app.session.capabilities?.permanentRead === true) before = await flagsNow(app, step)
    })
    const listed = run.works('line') ? await newestNow(app).catch(() => null) : null
    await callSteps(app, run)
    await librarySteps(app, run, listed)
    await flagSteps(app, run)
  } finally {
    await undo(app, run, before)
  }
}

async function signIn(app: App, step: Step): Promise<void> {
  const { settings } = app
  step.asked(`${settings.server} for a session of ${settings.user}`)
  await app.signIn()
  const { refresh } = await app.tokens()
  step.acknowledged(refresh === null ? 'an access token' : 'an access token and a refresh token')
  const { name, extension, server } = app.session
  step.proven(`${name}, ${extension || 'no number'}, at ${server}`)
}

const RIGHTS: readonly (readonly [keyof Capabilities, string])[] = [
  ['readCalls', 'see own calls'],
  ['events', 'hear of changes at once'],
  ['recordApi', 'start and stop by the API'],
  ['pauseApi', 'pause and resume'],
  ['originate', 'call through the server'],
  ['permanentRead', 'read own flags'],
  ['permanentWrite', 'set own flags'],
  ['listRecordings', 'list own recordings'],
  ['playRecordings', 'hear them'],
]

function rights(app: App, step: Step): Promise<void> {
  const { capabilities } = app.session
  if (capabilities === null) throw new Failed('the server does not tell what is allowed')
  const named = (on: boolean) => RIGHTS.filter(([key]) => (capabilities[key] === true) === on).map(([, words]) => words)
  step.proven(`Wazo ${capabilities.version ?? 'of a version that it does not tell'}`)
  step.note(`offered: ${named(true).join(', ') || 'nothing'}`)
  if (named(false).length > 0) step.note(`not offered: ${named(false).join(', ')}`)
  const { mayRecord } = capabilities
  step.note(`this user ${mayRecord === null ? 'may or may not' : mayRecord ? 'may' : 'may not'} record calls himself`)
  return Promise.resolve()
}

async function connect(app: App, step: Step): Promise<void> {
  const { session, settings } = app
  const here = session.line?.webrtc === true && !settings.external
  step.asked(here ? 'for the event stream, and to register a phone' : 'for the event stream; no phone registers')
  await app.open(here ? 'phone' : 'companion')
  const link = await app.until(step, 'the event stream', LIVE_MS, ({ link: { state } }) =>
    state === 'live' || state === 'polling' ? state : undefined,
  )
  step.proven(link === 'live' ? 'the event stream is live' : 'no right to events: the state is read every 2 s')
  if (!here) return
  await app.until(step, 'the registration', REGISTERED_MS, ({ phone }) => {
    if (phone.state === 'refused') throw new Failed(`the phone was refused: SIP ${phone.status ?? 'without a status'}`)
    return phone.state === 'registered' ? true : undefined
  })
  step.proven(`the phone is registered, ${session.extension}`)
}

/** Ends what still goes on, sets the flags back and takes the tokens back. */
async function undo(app: App, run: Run, before: Flags | null): Promise<void> {
  if (!(await app.signedIn())) return
  await endWhatIsLeft(app, run)
  if (before !== null) {
    const was = before
    await run.step('set-back', 'Flags as they were', { cleansUp: true, limitS: 30 }, step => setBack(app, step, was))
  }
  await run.step('sign-out', 'Sign out', { cleansUp: true, limitS: 20 }, async step => {
    step.waitingFor = 'the tokens'
    const tokens = await app.tokens()
    step.asked('to take back every token')
    const taken = await app.signOut()
    if (taken) step.acknowledged('they were taken back')
    const left = await app.alive(tokens).catch((error: unknown) => {
      throw new Failed(`nobody knows whether the tokens still live, an hour at most: ${app.describe(error)}`)
    })
    if (left.length > 0) throw new Failed(`${left.join(' and ')} can still be used: delete it in the user's sessions`)
    step.proven('the server takes none of them any more')
  })
}
