/** The demo's small PBX: SIP over WebSocket and real audio on loopback, behind the seam of telephony.ts. */
import { access, constants } from 'node:fs/promises'
import { type Line, type Pbx, type PbxOptions } from '../telephony.ts'
import { DigestGate } from './digest.ts'
import { type Dial } from './leg.ts'
import { AudioPool } from './media.ts'
import { Registrar } from './registrar.ts'
import { SipSocket } from './sipSocket.ts'
import { Switchboard } from './switchboard.ts'

/** Starts a PBX without sockets; `accept` gives it some. Rejects when the monitor folder cannot be written. */
export async function createPbx(options: PbxOptions): Promise<Pbx> {
  await access(options.monitorFolder, constants.W_OK)
  const sockets = new Set<SipSocket>()
  const pool = new AudioPool()
  const registrar = new Registrar<SipSocket>()
  const phonesOf = (line: Line): Dial[] =>
    registrar.bindings(line.username).flatMap(({ uri, via }) => {
      const dial = via.dialer(uri)
      return dial === null ? [] : [dial]
    })
  const switchboard = new Switchboard({ ...options, phonesOf })
  const services = { directory: options.directory, gate: new DigestGate(), pool, registrar, switchboard, sockets }
  /** Forgets sockets that are closed and carry no call any more. */
  const sweep = (): void => {
    for (const socket of sockets) {
      if (socket.open || socket.busy) continue
      socket.dispose()
      sockets.delete(socket)
    }
  }
  return {
    accept(socket) {
      if (switchboard.closed) return socket.terminate()
      sweep()
      sockets.add(new SipSocket(socket, services))
    },
    channels: () => switchboard.channels(),
    channel: id => switchboard.channel(id),
    record: (id, action) => switchboard.record(id, action),
    dtmf: (id, digits) => switchboard.dtmf(id, digits),
    hangUp: id => switchboard.hangUp(id),
    mute: (id, on) => switchboard.mute(id, on),
    hold: (id, on) => switchboard.hold(id, on),
    transfers: {
      list: () => switchboard.transfers.list(),
      start: (id, extension, flow) => switchboard.transfer(id, extension, flow),
      end: (id, userUuid, how) => switchboard.transfers.end(id, userUuid, how),
    },
    originate: (line, extension) => switchboard.originate(line, extension),
    deskPhone: {
      dial: (line, extension) => switchboard.dialFromDesk(line, extension),
      answer: id => switchboard.answerDesk(id),
      press: (id, digits) => switchboard.press(id, digits),
    },
    ring: (line, from) => switchboard.ring(line, from),
    registered: () => registrar.usernames(),
    cutSockets(code) {
      for (const socket of sockets) socket.cut(code)
    },
    async close() {
      switchboard.close()
      try {
        await pool.close()
      } finally {
        for (const socket of sockets) socket.dispose()
        sockets.clear()
      }
    },
  }
}
