import { X509Certificate, createPrivateKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeCertificate } from './certificate.ts'

test('the certificate is a valid self-signed one for loopback', () => {
  const made = makeCertificate()
  const parsed = new X509Certificate(made.certificatePem)
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect(parsed.checkPrivateKey(createPrivateKey(made.keyPem))).toBe(true)
  expect(parsed.checkHost('localhost')).toBe('localhost')
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(parsed.fingerprint256).toBe(made.fingerprint)
  expect(parsed.ca).toBe(false)
})

test('each certificate has a key of its own', () => {
  expect(makeCertificate().fingerprint).not.toBe(makeCertificate().fingerprint)
})
