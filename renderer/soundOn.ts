/** Sends sound to a device. */

declare global {
  /** Chromium 110; not yet in TypeScript's own types of the DOM. */
  interface AudioContext {
    setSinkId(id: string): Promise<void>
  }
}

/** To the device of an id; null = the computer's own choice. One that has just gone leaves it at that. */
export function soundOn(sink: Pick<AudioContext, 'setSinkId'> | HTMLAudioElement, id: string | null): void {
  sink.setSinkId(id ?? '').catch((error: unknown) => {
    if (id === null) return console.warn('The loudspeaker could not be chosen', error)
    soundOn(sink, null)
  })
}
