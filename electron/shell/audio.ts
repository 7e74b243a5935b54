/** Audio for a page: what the library opened, answered as a web response. */
import { APP_ORIGIN } from '../../shared/bridge.ts'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { log } from './log.ts'

/** An answer of the library's own making (library/audio/respond.ts). */
export interface AudioAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: unknown
}

export interface AudioPorts {
  answer(part: string, range: string | null, options: { allowOrigin: string }): Promise<AudioAnswer>
  refuse(failure: Failure, options: { allowOrigin: string }): AudioAnswer
}

/** Answers every request: a failure is an answer too. */
export async function serveAudio(ports: AudioPorts, part: string, range: string | null): Promise<Response> {
  const options = { allowOrigin: APP_ORIGIN }
  const made = await ports.answer(part, range, options).catch((error: unknown) => {
    log('a recording could not be served', error)
    return ports.refuse(error instanceof AppFailure ? error.failure : { code: 'unexpected' }, options)
  })
  return new Response(made.body as ConstructorParameters<typeof Response>[0], {
    status: made.status,
    headers: made.headers,
  })
}
