/** The steps of automatic recording: the flags by the API, the code by a call, and everything set back as it was. */
import { allFlags, amount, FLAGS, type Flags } from '../../shared/automatic.ts'
import { type App } from './app.ts'
import { askUntil, Failed, NotAllowed, type Run, Skipped, type Step } from './run.ts'

/** A PUT reloads the server's SIP configuration, and a call placed meanwhile waits for it (3 to 5 s). */
const SET_MS = 15_000
const CODE_MS = 25_000

const same = (a: Flags, b: Flags): boolean => FLAGS.every(flag => a[flag] === b[flag])

const words = (flags: Flags): string => {
  const on = FLAGS.filter(flag => flags[flag])
  return on.length === 0 ? 'all off' : on.length === FLAGS.length ? 'all on' : `on: ${on.join(', ')}`
}

export async function flagSteps(app: App, run: Run): Promise<void> {
  await run.step('flags', 'Automatic recording (API)', { needs: ['line'], limitS: 45 }, step => byApi(app, step))
  const code = app.settings.permanentCode
  await run.step('permanent-code', `Automatic recording (${code})`, { needs: ['line'], limitS: 75 }, step =>
    byCode(app, step),
  )
}

/** Sets the flags back to `before` where they are others now: by the API, or by the code where only that may. */
export async function setBack(app: App, step: Step, before: Flags): Promise<void> {
  const { confd, userUuid } = app.session
  const read = async () => {
    const { flags } = await confd.user(userUuid)
    if (flags === null) throw new Failed('the server does not show them any more')
    return flags
  }
  const byApi = app.session.capabilities?.permanentWrite === true
  try {
    let now = await read()
    if (same(now, before)) return step.proven(`as before: ${words(before)}`)
    step.asked(`for ${words(before)}, by ${byApi ? 'the API' : `a call to ${app.settings.permanentCode}`}`)
    await (byApi ? confd.setFlags(userUuid, before) : app.companion.automatic.dialCode())
    step.acknowledged(byApi ? 'it was taken' : 'the call is on its way')
    step.waitingFor = 'the flags as they were'
    const readAgain = async () => {
      now = await read()
      return same(now, before) ? true : undefined
    }
    await (byApi ? readAgain() : askUntil(step, Infinity, readAgain))
    if (!same(now, before)) throw new Failed(`the server shows ${words(now)}`)
    step.proven(`read back: ${words(before)}`)
  } catch (error) {
    throw new Failed(`LOOK AT THEM YOURSELF, they were ${words(before)}: ${app.describe(error)}`)
  }
}

export async function flagsNow(app: App, step: Step): Promise<Flags> {
  if (app.session.capabilities?.permanentRead !== true) throw new NotAllowed('this user may not read his own flags')
  await app.companion.automatic.read()
  return app.until(step, 'the flags', SET_MS, ({ automatic: { wish, proof } }) => {
    if (proof.kind !== 'known') throw new Failed('the flags cannot be read')
    return wish === null ? proof.flags : undefined
  })
}

async function byApi(app: App, step: Step): Promise<void> {
  const before = await flagsNow(app, step)
  if (app.session.capabilities?.permanentWrite !== true)
    throw new NotAllowed(`this user may read his flags (${words(before)}), not set them`)
  const { automatic } = app.companion
  for (const wanted of [{ ...before, incomingInternal: !before.incomingInternal }, before]) {
    step.asked(`for ${words(wanted)}`)
    automatic.set({ incomingInternal: wanted.incomingInternal })
    const shown = await app.until(step, 'the flags read back', SET_MS, snapshot => {
      const { wish, refusal, proof } = snapshot.automatic
      if (wish !== null) return undefined
      if (refusal?.reason === 'not-allowed') throw new NotAllowed('this user may not set his flags')
      if (refusal !== null) throw new Failed(`refused: ${refusal.reason}`)
      return proof.kind === 'known' ? proof : undefined
    })
    if (!same(shown.flags, wanted)) throw new Failed(`the server shows ${words(shown.flags)}`)
    step.proven(`read back: ${words(shown.flags)}`, shown.at)
  }
}

async function byCode(app: App, step: Step): Promise<void> {
  const { permanentCode } = app.settings
  const before = await flagsNow(app, step)
  const byPhone = app.session.use === 'phone'
  if (!byPhone && !app.settings.external) throw new Skipped('nobody is there to pick up the phone for it')
  const mixed = amount(before) === 'some'
  if (mixed && app.session.capabilities?.permanentWrite !== true)
    throw new Skipped(`it sets all flags alike, and nothing here could set them back (${words(before)})`)
  // of mixed flags it turns all on: the API sets them back
  const goals = mixed ? [allFlags(true)] : [allFlags(amount(before) === 'none'), before]
  for (const wanted of goals) {
    step.asked(
      byPhone ? `a call to ${permanentCode}` : `the server to ring your phone for ${permanentCode}: pick up and wait`,
    )
    await app.companion.automatic.dialCode()
    step.acknowledged('the call is on its way')
    const shown = await app.until(step, `what ${permanentCode} did`, CODE_MS, snapshot => {
      const { refusal, proof } = snapshot.automatic
      if (refusal?.reason === 'code-disabled')
        throw new NotAllowed(`${permanentCode} is switched off here, or is another code (a new Wazo has it off)`)
      if (refusal?.reason === 'nothing-changed') throw new Failed('the call was answered, and nothing changed')
      if (refusal !== null) throw new Failed(`refused: ${refusal.reason}`)
      if (snapshot.calls.some(({ isCode }) => isCode) || proof.kind !== 'known') return undefined
      return same(proof.flags, wanted) ? proof : undefined
    })
    step.proven(`read back: ${words(shown.flags)}`, shown.at)
  }
}
