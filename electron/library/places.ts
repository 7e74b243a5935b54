/** Where the user last was in each recording, so that he goes on there. */
import { z } from 'zod'

/** Where they are kept: any JSON. */
export interface PlacesPort {
  read(): Promise<unknown>
  write(places: unknown): Promise<void>
}

/** Older ones are forgotten. */
const MOST = 500

/** Oldest first. */
const Kept = z.array(z.tuple([z.string(), z.number().nonnegative()]))

export class Places {
  readonly #port: PlacesPort
  /** One reading and writing after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(port: PlacesPort) {
    this.#port = port
  }

  /** Milliseconds; null = none is known. */
  of(part: string): Promise<number | null> {
    return this.#next(async () => (await this.#all()).get(part) ?? null)
  }

  /** Null forgets it. */
  set(part: string, ms: number | null): Promise<void> {
    return this.#next(async () => {
      const all = await this.#all()
      all.delete(part)
      if (ms !== null) all.set(part, ms)
      await this.#port.write([...all].slice(-MOST))
    })
  }

  async #all(): Promise<Map<string, number>> {
    const kept = Kept.safeParse(await this.#port.read())
    return new Map(kept.success ? kept.data : [])
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const work = this.#turn.then(run)
    this.#turn = work.catch(() => undefined)
    return work
  }
}
