/** Live calls on a stage of a test's own: a server and a phone that do as they are told, and a clock. */
import { type PhoneSession } from '../../shared/phone.ts'
import { Settings } from '../../shared/settings.ts'
import { Calls, type CallsLine } from './calls.ts'
import { ManualClock } from './clock.testing.ts'
import { type Offer } from './means.ts'
import { type CallPhone, type CallServer, type CommandFailure, type ServerCall } from './ports.ts'

export const session = (change: Partial<PhoneSession> = {}): PhoneSession => ({
  kind: 'session',
  session: 's-1',
  status: 'up',
  outgoing: true,
  peer: { name: 'Marie Tremblay', number: '1050' },
  sipCallId: 'abc@here',
  serverId: null,
  muted: false,
  hold: 'no',
  transfer: null,
  canInsertDigits: true,
  endStatus: null,
  elsewhere: false,
  byRemote: false,
  ...change,
})

export const serverCall = (change: Partial<ServerCall> = {}): ServerCall => ({
  id: '1697.1',
  conversation: null,
  outgoing: true,
  status: 'up',
  peer: { name: 'Marie Tremblay', number: '1050' },
  dialed: '1050',
  zone: 'inside',
  sipCallId: 'abc@here',
  createdAt: 0,
  answeredAt: null,
  bridged: true,
  onHold: false,
  muted: false,
  line: 7,
  seen: 'off',
  ...change,
})

/** Lets what is already settled go on. */
export const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

export class Stage {
  readonly clock = new ManualClock(1_000_000)
  /** What reads show. */
  list: readonly ServerCall[] = []
  reads = 0
  /** While set, reads wait for it. */
  gate: Promise<void> | null = null
  refusal: CommandFailure | null = null
  /** What was done, in order. */
  readonly done: string[] = []
  readonly server: CallServer = {
    calls: async () => {
      this.reads++
      const { list } = this
      await this.gate
      return list
    },
    record: (call, want) => this.#did(`${want} ${call}`, this.refusal),
    originate: number => this.#did(`originate ${number}`, '1697.1'),
    hangUp: call => this.#did(`hangUp ${call}`, undefined),
    digits: (call, digits) => this.#did(`digits ${digits} ${call}`, undefined),
    answer: call => this.#did(`answer ${call}`, undefined),
    hold: call => this.#did(`hold ${call}`, undefined),
    mute: call => this.#did(`mute ${call}`, undefined),
    transfer: call => this.#did(`transfer ${call}`, 't-1'),
    completeTransfer: id => this.#did(`complete ${id}`, undefined),
    cancelTransfer: id => this.#did(`cancel ${id}`, undefined),
  }
  /** The session of the last call that was dialled here. */
  dialled: string | null = null
  readonly phone: CallPhone = {
    send: command => {
      if (command.do === 'dial') this.dialled = command.session
      return this.#did(command.do === 'digits' ? `${command.via} ${command.digits}` : command.do, null)
    },
  }
  readonly calls = new Calls({
    clock: this.clock,
    settings: () => Settings.parse({}),
    onChange: () => undefined,
    onCodeCall: () => undefined,
    onEnded: () => undefined,
    dueOf: () => null,
    log: () => undefined,
  })

  #did<Answer>(what: string, answer: Answer): Promise<Answer> {
    this.done.push(what)
    return Promise.resolve(answer)
  }

  open(offer: Partial<Offer> = {}, line: Partial<CallsLine> = {}): this {
    this.calls.use({
      offer: { recordApi: true, dialect: 'start-pause-resume', evidence: 'calls', digitsApi: true, ...offer },
      server: this.server,
      phone: this.phone,
      own: ['1042'],
      ...line,
    })
    return this
  }

  /** The only call there is. */
  get only() {
    const [view, second] = this.calls.views()
    if (view === undefined || second !== undefined) throw new Error('not one call')
    return view
  }

  get lamp(): string {
    return this.only.recording.proof.kind
  }

  /** Seconds pass as they do: answers come in between. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      this.clock.advance(Math.min(left, 250))
      await settle()
    }
  }

  /** Makes reads wait, and answers the way to let them go. */
  hold(): () => void {
    let letGo = () => undefined as void
    this.gate = new Promise(resolve => (letGo = resolve))
    return () => {
      this.gate = null
      letGo()
    }
  }
}
