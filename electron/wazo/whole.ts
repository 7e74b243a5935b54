/** A body that is sent whole: what has come of it can be read while the rest is on its way. */

interface Waiting {
  readonly to: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class Whole {
  readonly #bytes: Uint8Array
  #filled = 0
  #failure: { readonly error: unknown } | null = null
  #waiting: Waiting[] = []

  /** `size`: as it was promised; what comes beyond is not waited for. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
  }

  get size(): number {
    return this.#bytes.length
  }

  /** Takes the body to its end. A body that ends before is the error that `short` makes of what came; that of the body is thrown on. */
  async fill(chunks: AsyncIterable<Uint8Array>, short: (filled: number) => Error): Promise<void> {
    try {
      for await (const chunk of chunks) {
        const left = this.size - this.#filled
        this.#bytes.set(chunk.subarray(0, left), this.#filled)
        this.#filled += Math.min(chunk.length, left)
        this.#tell()
        if (chunk.length > left) return
      }
      if (this.#filled < this.size) throw short(this.#filled)
    } catch (error) {
      this.#failure = { error }
      this.#tell()
      throw error
    }
  }

  /** Bytes `from` to `to` (cut at the end), once they are here. Throws what the body ended with before. */
  async read(from: number, to: number): Promise<Uint8Array> {
    const end = Math.min(to, this.size)
    if (this.#filled < end) {
      if (this.#failure !== null) throw this.#failure.error
      await new Promise<void>((resolve, reject) => this.#waiting.push({ to: end, resolve, reject }))
    }
    return this.#bytes.subarray(from, end)
  }

  #tell(): void {
    const failure = this.#failure
    this.#waiting = this.#waiting.filter(({ to, resolve, reject }) => {
      if (to <= this.#filled) resolve()
      else if (failure !== null) reject(failure.error)
      else return true
      return false
    })
  }
}
