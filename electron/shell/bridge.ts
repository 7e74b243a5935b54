/** The main side of the bridge: every request of the contract, its arguments parsed, its sender checked, its failures as data. */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import {
  APP_ORIGIN,
  events,
  PHONE_ORIGIN,
  phoneRequests,
  requests,
  windowRequests,
  type EventName,
  type Parsed,
  type Payload,
  type PhoneRequestName,
  type RequestName,
  type Result,
  type WindowRequestName,
} from '../../shared/bridge.ts'
import { AppFailure, type Failure, type Outcome } from '../../shared/failure.ts'
import { originOf } from './guard.ts'
import { log } from './log.ts'

type Handler<R extends RequestName> = (argument: Parsed<R>) => Result<R> | Promise<Result<R>>
/** A missing handler is a type error. */
export type WindowHandlers = { [R in WindowRequestName]: Handler<R> }
export type PhoneHandlers = { [R in PhoneRequestName]: Handler<R> }

/** Serves the windows' requests to the top frame of our own windows. */
export function serveWindows(handlers: WindowHandlers): void {
  for (const name of Object.keys(windowRequests) as WindowRequestName[])
    serve(name, handlers[name] as Handler<typeof name>, fromWindow)
}

/** Serves the phone's requests to one WebContents alone, the phone page that is open now. */
export function servePhone(handlers: PhoneHandlers, phone: () => WebContents | null): void {
  const fromPhone = (event: IpcMainInvokeEvent) => isTop(event, PHONE_ORIGIN) && event.sender === phone()
  for (const name of Object.keys(phoneRequests) as PhoneRequestName[])
    serve(name, handlers[name] as Handler<typeof name>, fromPhone)
}

/** Pushes an event; a page that is gone is passed over. */
export function push<E extends EventName>(contents: WebContents, name: E, payload: Payload<E>): void {
  if (!contents.isDestroyed()) contents.send(name, events[name].parse(payload))
}

const fromWindow = (event: IpcMainInvokeEvent): boolean => isTop(event, APP_ORIGIN)

/** The top frame of a page that we serve: no frame inside one, no stray navigation. */
function isTop(event: IpcMainInvokeEvent, origin: string): boolean {
  const frame = event.senderFrame
  return frame !== null && frame.parent === null && originOf(frame.url) === origin
}

function serve<R extends RequestName>(
  name: R,
  handler: Handler<R>,
  allowed: (event: IpcMainInvokeEvent) => boolean,
): void {
  ipcMain.handle(name, async (event, argument: unknown): Promise<Outcome<Result<R>>> => {
    if (!allowed(event)) {
      log(`the bridge refused ${name} to ${originOf(event.senderFrame?.url ?? '')}`)
      return { ok: false, failure: { code: 'forbidden' } }
    }
    const parsed = requests[name].argument.safeParse(argument)
    if (!parsed.success)
      return { ok: false, failure: { code: 'invalid', subject: parsed.error.issues[0]?.path.join('.') ?? '' } }
    try {
      return { ok: true, value: await handler(parsed.data as Parsed<R>) }
    } catch (error) {
      return { ok: false, failure: failureOf(name, error) }
    }
  })
}

function failureOf(name: string, error: unknown): Failure {
  if (error instanceof AppFailure) return error.failure
  log(`${name} failed`, error)
  return { code: 'unexpected' }
}
