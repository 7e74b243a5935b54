/** Recording while the disk fails: nothing stays open, and nobody is told that a call is recorded when it is not. */
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Recorder } from './recorder.ts'
import { board, folder, setUpBoard, story, talk } from './testBoard.ts'
import { WavFile } from './wav.ts'

vi.mock('node:fs', { spy: true })

setUpBoard()

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.mocked(fs.writeSync).mockReset()
  vi.mocked(fs.openSync).mockClear()
  vi.mocked(fs.closeSync).mockClear()
  vi.mocked(console.error).mockRestore()
})

function fillDisk(): void {
  vi.mocked(fs.writeSync).mockImplementation(() => {
    throw new Error('ENOSPC: no space left on device, write')
  })
}

/** Descriptors that were opened and not closed, or closed twice. */
function astray(): number[] {
  const opened = vi
    .mocked(fs.openSync)
    .mock.results.map(({ value }): unknown => value)
    .filter(value => typeof value === 'number')
  const closed = vi.mocked(fs.closeSync).mock.calls.map(([descriptor]) => descriptor)
  return [...opened.filter(one => !closed.includes(one)), ...closed.filter((one, at) => closed.indexOf(one) !== at)]
}

describe('on a disk that is full', () => {
  it('a file that cannot be begun is not left open', () => {
    fillDisk()
    expect(() => WavFile.create(join(folder, 'a.wav'))).toThrow(/ENOSPC/)
    expect(fs.openSync).toHaveBeenCalledOnce()
    expect(astray()).toEqual([])
  })

  it('a recorder breaks off once and closes its file', () => {
    const failures: unknown[] = []
    const recorder = new Recorder(join(folder, 'a.wav'), error => failures.push(error))
    fillDisk()
    vi.advanceTimersByTime(10_000)
    expect(failures).toHaveLength(1)
    recorder.close()
    expect(astray()).toEqual([])
  })

  it.each(['pause', 'stop'] as const)('a %s that fails ends the recording, and says so', action => {
    const { one } = talk()
    board.record(one, 'start')
    vi.advanceTimersByTime(500)
    fillDisk()
    expect(board.record(one, action)).toBe('amid-error')
    expect(board.channel(one)).toMatchObject({ recordState: 'inactive', takes: [{ endedAt: Date.now() }] })
    expect(story().slice(-2)).toEqual(['1001 updated', '1001 recording stopped'])
    expect(astray()).toEqual([])
  })

  it('a call ends all the same', () => {
    const { one } = talk()
    board.record(one, 'start')
    vi.advanceTimersByTime(500)
    fillDisk()
    expect(board.hangUp(one)).toBe('ok')
    expect(board.channels()).toEqual([])
    expect(console.error).toHaveBeenCalledOnce()
    expect(astray()).toEqual([])
  })
})

describe('on a disk that takes its time', () => {
  it('what a write left over is written after it', () => {
    const { writeSync } = fs
    const path = join(folder, 'a.wav')
    const wav = WavFile.create(path)
    wav.append(new Int16Array(1000).fill(5))
    vi.mocked(writeSync).mockImplementationOnce(() => 0)
    wav.close()
    expect(fs.readFileSync(path)).toHaveLength(44 + 2000)
    expect(fs.readFileSync(path).readUInt32LE(40)).toBe(2000)
  })
})

describe('without the monitor folder', () => {
  it('a call goes on unrecorded after a pause, and ends', () => {
    const { one } = talk()
    board.record(one, 'start')
    board.record(one, 'pause')
    fs.rmSync(folder, { recursive: true })
    expect(board.record(one, 'resume')).toBe('amid-error')
    expect(board.channel(one)?.recordState).toBe('paused')
    expect(board.hangUp(one)).toBe('ok')
    fs.mkdirSync(folder)
    expect(astray()).toEqual([])
  })
})
