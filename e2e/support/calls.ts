/** Other people at the demo server: what it knows of a user's calls, and phones of theirs. */
import { expect } from '@playwright/test'
import { z } from 'zod'
import { createPhone, type Phone } from '../phone/phone.ts'
import { type DemoProcess } from './demo.ts'

const State = z.object({
  channels: z.array(
    z.object({
      call_id: z.string(),
      status: z.string(),
      conversation_id: z.string(),
      caller_id_number: z.string(),
      peer_caller_id_name: z.string(),
      peer_caller_id_number: z.string(),
      on_hold: z.boolean(),
      muted: z.boolean(),
      record_state: z.enum(['inactive', 'active', 'paused']),
      talking_to: z.record(z.string(), z.unknown()),
    }),
  ),
  registered: z.array(z.string()),
})

export const stateOf = async (demo: DemoProcess) => State.parse(await demo.control({ do: 'state' }))

/** The calls of a user's line, oldest first. */
export async function callsOf(demo: DemoProcess, login: string) {
  const { extension } = demo.user(login)
  return (await stateOf(demo)).channels.filter(call => call.caller_id_number === extension)
}

/** Picks up the desk phone of a user, once it rings. */
export async function pickUp(demo: DemoProcess, login: string): Promise<void> {
  await expect.poll(async () => (await callsOf(demo, login)).map(call => call.status)).toContain('Ringing')
  await demo.control({ do: 'answer', login })
}

/** By the name of the other side: is it on hold? */
export const heldOf = async (demo: DemoProcess, login: string): Promise<Record<string, boolean>> =>
  Object.fromEntries((await callsOf(demo, login)).map(call => [call.peer_caller_id_name, call.on_hold]))

/** A phone on a user's line, registered. Closed by whoever takes it. */
export async function phoneOf(demo: DemoProcess, login: string): Promise<Phone> {
  const phone = await createPhone(await demo.sip(login))
  expect(await phone.register()).toBe(200)
  return phone
}
