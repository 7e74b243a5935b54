/** Certificates that the user accepted: one for each server, from the first use on, and only after he saw it. */
import { z } from 'zod'
import { AppFailure, type CertificateView } from '../../shared/failure.ts'
import { type CertificateCheck } from '../wazo/certificate.ts'
import { type Store } from './ports.ts'

const KEY = 'pins'
const Stored = z.record(z.string(), z.string())

export interface Pins extends CertificateCheck {
  offered(view: CertificateView): void
  /**
   * Accepts a certificate for `host:port`, in place of any before. Throws AppFailure `invalid` unless this host offered
   * exactly this one in this run: a page cannot pin what the user was never shown.
   */
  trust(host: string, fingerprint: string): void
}

export function createPins(store: Store): Pins {
  const offered = new Map<string, Set<string>>()
  const read = (): Record<string, string> => {
    const stored = Stored.safeParse(store.get(KEY))
    return stored.success ? stored.data : {}
  }
  return {
    pinFor: host => {
      const pins = read()
      return Object.hasOwn(pins, host) ? (pins[host] ?? null) : null
    },
    offered: view => {
      const seen = offered.get(view.host) ?? new Set()
      offered.set(view.host, seen.add(view.fingerprint))
    },
    trust: (host, fingerprint) => {
      if (!offered.get(host)?.has(fingerprint)) throw new AppFailure({ code: 'invalid', subject: 'fingerprint' })
      store.set(KEY, { ...read(), [host]: fingerprint })
    },
  }
}
