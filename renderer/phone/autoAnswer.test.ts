import { describe, expect, it } from 'vitest'
import { answersAfter } from './autoAnswer.ts'

const after = (headers: Record<string, string[]>) => answersAfter({ getHeaders: name => headers[name] ?? [] })

describe('a call that is to be answered by itself', () => {
  it.each<[Record<string, string[]>, number]>([
    [{ 'alert-info': ['<http://wazo.example>;answer-after=0'] }, 1000],
    [{ 'alert-info': ['<sip:pbx>;info=x', '<sip:pbx>; Answer-After = 3'] }, 3000],
    [{ 'call-info': ['<sip:pbx.example>;answer-after="5";other'] }, 5000],
    [{ 'call-info': ['<sip:pbx.example>;answer-after=999'] }, 60_000],
    [{ 'alert-info': ['<http://127.0.0.1>;info=alert-autoanswer;delay=0'] }, 1000],
    [{ 'answer-mode': ['Auto;require'] }, 1000],
  ])('%j', (headers, ms) => expect(after(headers)).toBe(ms))

  it.each<[Record<string, string[]>]>([
    [{}],
    [{ 'alert-info': ['<http://x/ring.wav>'] }],
    [{ 'alert-info': ['<http://x>;no-answer-after=0'] }],
    [{ 'call-info': ['<http://x>;answer-after=soon'] }],
    [{ 'answer-mode': ['Manual'] }],
    [{ 'answer-mode': ['Automatic'] }],
  ])('%j rings', headers => expect(after(headers)).toBeNull())
})
