/** The phone page: asks main for its line, does what main says, and tells main everything. It shows nothing. */
import '../strict.ts'
import { Cue } from '../../shared/cues.ts'
import { type Failure } from '../../shared/failure.ts'
import { PhoneCommand, PhoneLine, PhonePreferences, type PhoneReport } from '../../shared/phone.ts'
import { failureOf } from '../bridge.ts'
import { Agent } from './agent.ts'
import { Cues } from './cues.ts'
import { Devices } from './devices.ts'
import { Studio } from './studio.ts'
import { Tester } from './tester.ts'

let agent: Agent | null = null
const devices = new Devices(told => report({ kind: 'devices', ...told }))
const studio = new Studio(devices, report)
const tester = new Tester(devices, level => report({ kind: 'level', ...level }))
/** Counts what has sounded to its end, on the page itself, for whoever looks into it. */
const cues = new Cues(devices, cue => {
  const { dataset } = document.documentElement
  dataset[cue] = String(Number(dataset[cue] ?? 0) + 1)
})
/** One change of line after the other. */
let turn: Promise<void> = Promise.resolve()

function report(told: PhoneReport): void {
  window.bridge.request('phone:report', told).then(
    outcome => {
      if (!outcome.ok) console.error('A report was refused', outcome.failure)
    },
    (error: unknown) => console.error('A report was lost', error),
  )
}

/** Takes up main's line, if it is another one. */
async function follow(): Promise<void> {
  const outcome = await window.bridge.request('phone:line', undefined)
  if (!outcome.ok) throw new Error(`main gave no line: ${outcome.failure.code}`)
  const line = PhoneLine.nullable().parse(outcome.value)
  if (line?.key === agent?.key) return
  const old = agent
  agent = null
  await old?.stop()
  if (line === null) return
  agent = new Agent(line, studio, report)
  agent.start()
}

function followInTurn(): void {
  turn = turn.then(follow).catch((error: unknown) => console.error('The line was not taken up', error))
}

/** Does what main says, and answers exactly once. */
async function obey(payload: unknown): Promise<void> {
  const command = PhoneCommand.parse(payload)
  let failure: Failure | null = null
  try {
    if (command.do === 'test') await tester.run(command.what)
    else if (agent === null) failure = { code: 'phone-off' }
    else await agent.run(command)
  } catch (error) {
    failure = failureOf(error)
  }
  report({ kind: 'done', id: command.id, failure })
}

/** What the user set comes before the line: a call that comes in at once rings where he wants it. */
async function prefer(): Promise<void> {
  const outcome = await window.bridge.request('phone:preferences', undefined)
  if (!outcome.ok) throw new Error(`main gave no preferences: ${outcome.failure.code}`)
  studio.prefer(PhonePreferences.parse(outcome.value))
}

window.bridge.on('phone:preferences', preferences => studio.prefer(PhonePreferences.parse(preferences)))
window.bridge.on('phone:lineChanged', followInTurn)
window.bridge.on('phone:cue', cue => cues.play(Cue.parse(cue)))
window.bridge.on('phone:command', command => {
  obey(command).catch((error: unknown) => console.error('A command was not understood', error))
})
// a window that is closed says farewell as far as there is time
window.addEventListener('pagehide', () => void agent?.stop())
turn = prefer().catch((error: unknown) => console.error('What the user set was not taken up', error))
devices.start()
followInTurn()
