import { expect, test } from 'vitest'
import { errorOf, meaningOf401, redact, toFailure } from './errors.ts'

const TOKEN = 'e0d0cad1-72fc-4eaf-a59c-4df49a6bacec'
const json = (status: number, body: unknown) => ({ status, contentType: 'application/json', body })
const html = (status: number) => ({ status, contentType: 'text/html', body: '<html><title>…</title></html>' })

test.each([
  ['calld: expired', { details: { invalid_token: TOKEN, reason: 'not_found_or_expired' } }, 'expired'],
  [
    'calld: no right',
    { details: { invalid_token: TOKEN, reason: 'missing_permission_or_invalid_tenant' } },
    'no-right',
  ],
  ['calld before 22.05', { message: 'Unauthorized', details: { invalid_token: TOKEN } }, 'ask'],
  ['confd: expired', [`('${TOKEN}', 'confd.users.x.read')`], 'expired'],
  ['confd: no right', [`('${TOKEN}', 'confd.users.x.read', None)`], 'no-right'],
  ['confd: no right in this tenant', [`('${TOKEN}', 'confd.users.x.read', 'd7e18958-e2de')`], 'no-right'],
  ['confd: something else', ['Unauthorized'], 'ask'],
  ['foreign tenant', { error_id: 'unauthorized-tenant' }, 'no-right'],
])('a 401 of %s', (_name, body, meaning) => expect(meaningOf401(body)).toBe(meaning))

test.each([
  ['calld', json(403, { error_id: 'recording-unauthorized' }), 'refused', 'recording-not-allowed'],
  ['calld', json(404, { error_id: 'no-such-call' }), 'not-found', 'call-gone'],
  ['calld', html(404), 'no-route', 'recording-no-route'],
  ['calld', json(503, { error_id: 'wazo-amid-error' }), 'trouble', 'server-trouble'],
  ['calld', html(502), 'trouble', 'server-trouble'],
  ['auth', html(429), 'throttled', 'throttled'],
  ['call-logd', html(404), 'no-route', 'recording-no-media'],
  ['call-logd', json(400, { error_id: 'recording-media-not-found' }), 'refused', 'recording-deleted'],
  ['call-logd', json(500, { error_id: 'recording-media-filesystem-not-found' }), 'trouble', 'recording-missing'],
  ['call-logd', json(500, { error_id: 'recording-media-permission-denied' }), 'trouble', 'recording-unreadable'],
  ['confd', json(404, 'Resource Not Found.'), 'not-found', 'unexpected'],
  ['confd', json(401, [`('${TOKEN}', 'x', None)`]), 'no-right', 'not-allowed'],
] as const)('%s %o', (service, answer, kind, code) => {
  const error = errorOf(service, 'GET /x', answer, [])
  expect(error.kind).toBe(kind)
  expect(toFailure(error)).toEqual({ code, status: answer.status })
})

test('no token survives in an error, wherever it was echoed', () => {
  const errors = [
    errorOf('confd', `GET /users/${TOKEN}`, json(401, [`('${TOKEN}', 'x', None)`]), [TOKEN]),
    errorOf('calld', 'GET /x', json(401, { message: 'Unauthorized', details: { invalid_token: TOKEN } }), []),
    errorOf(
      'calld',
      'GET /x',
      json(503, { message: 'm', details: { original_error: `url: /0.1/token/${TOKEN}?scope=x` } }),
      [],
    ),
    errorOf('auth', `HEAD /token/${TOKEN}`, json(404, { reason: ['No such token'] }), []),
  ]
  for (const error of errors) expect([error.message, error.stack, JSON.stringify(error)].join()).not.toContain(TOKEN)
  expect(errors[2]?.details).toContain('/0.1/token/…?scope=x')
  expect(redact('password is hunter2', ['hunter2', ''])).toBe('password is …')
})

test('what nobody foresaw is unexpected', () => expect(toFailure(new TypeError('x'))).toEqual({ code: 'unexpected' }))
