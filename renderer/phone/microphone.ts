/** What the user says: the microphone, or silence where none can be had. A call never fails for want of a microphone. */
import { type PhoneReport } from '../../shared/phone.ts'

export type MicrophoneReport = Extract<PhoneReport, { kind: 'microphone' }>

export interface Voice {
  readonly stream: MediaStream
  readonly report: MicrophoneReport
  /** Lets the device go. */
  release(): void
}

/** A question that nobody answers must not hold the call up. */
const ANSWER_WITHIN_MS = 10_000

/** The microphone, by its id where one was chosen; a silent voice with its reason when there is none, it is denied or in use elsewhere. */
export async function openVoice(id: string | null): Promise<Voice> {
  try {
    const stream = await microphone(id)
    return { stream, report: { kind: 'microphone', state: 'live', why: null }, release: () => stopTracks(stream) }
  } catch (error) {
    const why = reasonOf(error)
    if (why === 'other') console.error('The microphone could not be opened', error)
    return silentVoice(why)
  }
}

/** A voice that sends silence: the stream goes on, so that digits and recording work as ever. */
export function silentVoice(why: MicrophoneReport['why']): Voice {
  const context = new AudioContext()
  const source = new ConstantSourceNode(context, { offset: 0 })
  const output = context.createMediaStreamDestination()
  source.connect(output)
  source.start()
  return {
    stream: output.stream,
    report: { kind: 'microphone', state: 'silent', why },
    release: () => {
      stopTracks(output.stream)
      context.close().catch((error: unknown) => console.error('A silent voice was not closed', error))
    },
  }
}

async function microphone(id: string | null): Promise<MediaStream> {
  // no `exact`: one that is plugged out just now gives way to the computer's own choice
  const asked = navigator.mediaDevices.getUserMedia({ audio: id === null ? true : { deviceId: id } })
  let late: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<never>((_resolve, reject) => {
    late = setTimeout(() => {
      // it may still come: then nobody wants it any more
      asked.then(stopTracks, () => undefined)
      reject(new DOMException('Nobody answered', 'TimeoutError'))
    }, ANSWER_WITHIN_MS)
  })
  try {
    return await Promise.race([asked, patience])
  } finally {
    clearTimeout(late)
  }
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** Names of getUserMedia's errors (W3C mediacapture-streams 10.6). */
function reasonOf(error: unknown): MicrophoneReport['why'] {
  switch (error instanceof DOMException ? error.name : null) {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none'
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotReadableError':
    case 'AbortError':
      return 'busy'
    default:
      return 'other'
  }
}
