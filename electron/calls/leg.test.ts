import { expect, it } from 'vitest'
import { serverCall, session, settle, Stage } from './stage.testing.ts'

const RINGING = {
  conversation: '1697.0',
  outgoing: false,
  status: 'ringing-in',
  bridged: false,
  sipCallId: null,
} as const

it('a call that rings on two devices of the user is one call to answer, here where it rings here too', async () => {
  const stage = new Stage().open()
  stage.calls.streamLive()
  await settle()
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1697.1' }))
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1697.2' }))
  expect(stage.only.device).toBe('elsewhere')
  stage.calls.phoneSession(session({ status: 'ringing-in', outgoing: false, serverId: '1697.2' }))
  expect(stage.only).toMatchObject({ device: 'here', serverId: '1697.2' })
  // the other device answers
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1697.1', status: 'up', bridged: true }))
  stage.calls.serverCallEnded('1697.2')
  stage.calls.phoneSession(session({ status: 'ended', outgoing: false, serverId: '1697.2', endStatus: 487 }))
  expect(stage.only).toMatchObject({ device: 'elsewhere', status: 'up', serverId: '1697.1' })
})

it('a call that rings on is answered elsewhere once the phone of this computer has stopped', () => {
  const stage = new Stage().open()
  stage.calls.phoneSession(session({ status: 'ringing-in', outgoing: false, serverId: '1697.1' }))
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1697.1' }))
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1697.2' }))
  expect(stage.only).toMatchObject({ device: 'here', serverId: '1697.1' })
  stage.calls.phoneGone()
  expect(stage.only).toMatchObject({ device: 'elsewhere', serverId: '1697.2', can: { answer: true } })
})

it('two calls that ring at once are two', () => {
  const stage = new Stage().open()
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1697.1' }))
  stage.calls.serverCall(serverCall({ ...RINGING, id: '1698.1', conversation: '1698.0' }))
  expect(stage.calls.views()).toHaveLength(2)
})

it('keeps the name that the server gave until the end, though the server forgets the leg first', async () => {
  const stage = new Stage().open()
  stage.calls.phoneSession(session({ peer: { name: '', number: '1050' }, serverId: '1697.1' }))
  stage.calls.serverCall(serverCall({ peer: { name: 'Support desk', number: '1050' } }))
  await settle()
  stage.calls.serverCallEnded('1697.1')
  expect(stage.only.peer.name).toBe('Support desk')
  stage.calls.phoneSession(session({ status: 'ended', peer: { name: '', number: '1050' }, serverId: '1697.1' }))
  expect(stage.calls.last?.peer.name).toBe('Support desk')
})
