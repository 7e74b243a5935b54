/** A WAV file as MixMonitor writes it: 8 kHz mono 16-bit, sizes 0 in the header until it is closed, 32 KiB at a time. */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'

const headerBytes = 44
const blockBytes = 32 * 1024

function header(dataBytes: number, open: boolean): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(open ? 0 : headerBytes - 8 + dataBytes, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(8000, 24)
  bytes.writeUInt32LE(16000, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(open ? 0 : dataBytes, 40)
  return bytes
}

export class WavFile {
  readonly #descriptor: number
  readonly #block = Buffer.alloc(blockBytes)
  #filled = 0
  #position: number

  private constructor(descriptor: number, position: number) {
    this.#descriptor = descriptor
    this.#position = position
  }

  /** A new file of 44 bytes. Throws when it exists or cannot be made. */
  static create(path: string): WavFile {
    const wav = new WavFile(openSync(path, 'wx'), headerBytes)
    try {
      wav.#write(header(0, true), 0)
    } catch (error) {
      wav.abandon()
      throw error
    }
    return wav
  }

  /** Opens a closed one again, to append to it. Throws when it is gone. */
  static reopen(path: string): WavFile {
    const descriptor = openSync(path, 'r+')
    return new WavFile(descriptor, Math.max(headerBytes, fstatSync(descriptor).size))
  }

  append(samples: Int16Array): void {
    for (const sample of samples) {
      this.#block.writeInt16LE(sample, this.#filled)
      this.#filled += 2
      if (this.#filled === blockBytes) this.#flush()
    }
  }

  /** Writes what is left and the true sizes. The descriptor is closed even when writing fails. */
  close(): void {
    try {
      this.#flush()
      this.#write(header(this.#position - headerBytes, false), 0)
    } finally {
      this.abandon()
    }
  }

  /** Closes the descriptor and leaves the file as it is: after a write that failed. */
  abandon(): void {
    closeSync(this.#descriptor)
  }

  #flush(): void {
    this.#write(this.#block.subarray(0, this.#filled), this.#position)
    this.#position += this.#filled
    this.#filled = 0
  }

  /** All of it: a disk that fills up takes a part first, and refuses the rest. */
  #write(bytes: Buffer, position: number): void {
    let written = 0
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position + written)
    }
  }
}
