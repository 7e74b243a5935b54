/** Who may be a phone of the demo PBX. */
import { describe, expect, it, vi } from 'vitest'
import { pbx, phoneOf, registered, setUpPbx, until } from './stage.ts'

setUpPbx()

describe('registration', () => {
  it('accepts the right password, refuses the wrong one and the unknown user with 401', async () => {
    const phone = await registered(1)
    expect(pbx.registered()).toEqual(['sip1001'])
    expect(await (await phoneOf(1, { password: 'wrong' })).register()).toBe(401)
    expect(await (await phoneOf(2, { uri: 'sip:nobody@127.0.0.1', username: 'nobody' })).register()).toBe(401)
    expect(await phone.unregister()).toBe(200)
    expect(pbx.registered()).toEqual([])
  })

  it('forgets a phone whose socket is cut', async () => {
    const phone = await registered(1)
    await phone.cut()
    await vi.waitFor(() => expect(pbx.registered()).toEqual([]), until)
  })

  it('takes ten phones of a user and refuses the eleventh with 403', async () => {
    for (let count = 0; count < 10; count++) expect(await (await phoneOf(1)).register()).toBe(200)
    expect(await (await phoneOf(1)).register()).toBe(403)
  })

  it('asks for a password on INVITE', async () => {
    expect(await (await (await phoneOf(1, { password: 'wrong' })).call('1050')).outcome).toBe(401)
  })
})
