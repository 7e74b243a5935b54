import { describe, expect, test } from 'vitest'
import { addressOf, cleanText, peerOf } from './peer.ts'

const identity = (displayName: string, user?: string) => ({ displayName, uri: { user } })

describe('a name of a caller', () => {
  test('loses what controls a terminal, a line or the direction of text', () => {
    expect(cleanText('Eve\u0000\r\n\u001b[31m \u202eGagnon\u2066\u200f')).toBe('Eve[31m Gagnon')
  })
  test('keeps accents, other scripts and their joiners', () => {
    expect(cleanText(' Zoé 李 می\u200cخواهم ')).toBe('Zoé 李 می\u200cخواهم')
  })
  test('is cut to 120 characters, never within one', () => {
    expect(cleanText('x'.repeat(5000))).toHaveLength(120)
    expect([...cleanText('\u{1F399}'.repeat(200))]).toHaveLength(120)
  })
})

describe('the other party', () => {
  test('is whom the server asserts, else whom the caller claims', () => {
    expect(peerOf(identity('Paul', '1002'), identity('The bank', '0'))).toEqual({ name: 'Paul', number: '1002' })
    expect(peerOf(undefined, identity('Paul', '1002'))).toEqual({ name: 'Paul', number: '1002' })
  })
  test('has no name when it is but the number again', () => {
    expect(peerOf(undefined, identity('1002', '1002'))).toEqual({ name: '', number: '1002' })
  })
  test('may have no number', () => {
    expect(peerOf(undefined, identity('Anonymous'))).toEqual({ name: 'Anonymous', number: '' })
  })
})

describe('an address', () => {
  test('keeps stars and escapes hashes', () => {
    expect(addressOf('*735#1', 'pbx.test')).toBe('sip:*735%231@pbx.test')
  })
  test('is refused for what cannot be dialled', () => {
    expect(() => addressOf('1@evil.test', 'pbx.test')).toThrow()
    expect(() => addressOf('1;transport=udp', 'pbx.test')).toThrow()
  })
})
