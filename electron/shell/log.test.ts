import { afterEach, describe, expect, it, vi } from 'vitest'
import { log, redact } from './log.ts'

describe('the log', () => {
  it.each([
    ['Authorization: Basic ZXZlOmh1bnRlcjI=', 'ZXZl'],
    ['Proxy-Authorization: Digest username="1042", response="6629fae4"', '6629'],
    ['{"password":"two words, and a comma"}', 'words'],
    ['{"password":"a\\"b c"}', 'b c'],
    ["secret='hunter two'", 'two'],
    ['GET /media?token=abcdef&x=1', 'abcdef'],
    ['X-Auth-Token: abcdef', 'abcdef'],
    ['token 6f1c7a3e-0f3e-4a3e-9d8e-2f1c7a3e0f3e', '6f1c'],
  ])('holds no secret of: %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret)
  })

  it('keeps what is none', () => {
    expect(redact('GET /media?token=abc&x=1 failed')).toBe('GET /media?token=[redacted]&x=1 failed')
  })

  describe('on stderr', () => {
    afterEach(() => vi.restoreAllMocks())
    it('is one line an entry', () => {
      const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
      log('a name', new Error('Marie\n[tallylight] all is well'))
      expect(written).toHaveBeenCalledWith('[tallylight] a name (Error: Marie [tallylight] all is well)')
    })
  })
})
