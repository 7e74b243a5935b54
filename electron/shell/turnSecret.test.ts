import { describe, expect, it } from 'vitest'
import { TurnSecret } from './turnSecret.ts'

function stage(durable: boolean) {
  const kept = new Map<string, unknown>()
  const store = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: unknown) => void kept.set(key, value),
    delete: (key: string) => void kept.delete(key),
  }
  const keyring = {
    durable: () => durable,
    seal: (text: string) => Buffer.from(`sealed ${text}`).toString('base64'),
    open: (sealed: string) => Buffer.from(sealed, 'base64').toString().replace('sealed ', ''),
  }
  return { kept, anew: () => new TurnSecret(store, keyring) }
}

describe('the secret of a TURN server', () => {
  it('is kept sealed, and opened after a restart', () => {
    const { kept, anew } = stage(true)
    anew().set('hush')
    expect(JSON.stringify([...kept])).not.toContain('hush')
    expect(anew().value).toBe('hush')
    anew().set(null)
    expect(kept.size).toBe(0)
    expect(anew().value).toBeNull()
  })

  it('is known for this run alone where there is no keyring', () => {
    const { kept, anew } = stage(false)
    const secret = anew()
    secret.set('hush')
    expect(secret.value).toBe('hush')
    expect(kept.size).toBe(0)
    expect(anew().value).toBeNull()
  })
})
