/** wazo-call-logd: the own call log with its filters, as JSON or CSV, and the media of its recordings (wazo.md 5). */
import { stat } from 'node:fs/promises'
import { parseCdrQuery, selectCdrs } from './cdrQuery.ts'
import {
  guarded,
  json,
  refuseAsService,
  serviceError,
  text,
  type Answer,
  type AuthorizedCall,
  type Route,
  type Service,
} from './http.ts'
import { mediaAnswer } from './media.ts'
import { type Profile } from './profile.ts'
import { type Cdr, type Recording } from './world.ts'

/** The name offered for saving: start in UTC, call and recording; safe on Windows. */
export function recordingFileName(cdrId: number, recording: Recording): string {
  const start = new Date(recording.startTime).toISOString().slice(0, 19).replace(/:/g, '_')
  return `${start}UTC-${cdrId}-${recording.uuid}.wav`
}

const recordingBody = (cdr: Cdr, recording: Recording): unknown => ({
  uuid: recording.uuid,
  start_time: recording.startTime,
  end_time: recording.endTime,
  deleted: recording.path === null,
  filename: recordingFileName(cdr.id, recording),
})

/** An item of the listing, as this version has it. */
export function cdrBody(cdr: Cdr, profile: Profile): Record<string, unknown> {
  const body: Record<string, unknown> = {
    ...cdr,
    recordings: cdr.recordings.map(recording => recordingBody(cdr, recording)),
  }
  delete body['participants']
  if (!profile.conversationId) delete body['conversation_id']
  if (!profile.requestedUser) delete body['requested_user_uuid']
  if (!profile.callStatus) delete body['call_status']
  return body
}

const csvColumns = [
  'id',
  'tenant_uuid',
  'answered',
  'start',
  'answer',
  'end',
  'destination_extension',
  'destination_name',
  'destination_internal_extension',
  'destination_internal_context',
  'destination_user_uuid',
  'destination_line_id',
  'duration',
  'call_direction',
  'call_status',
  'requested_name',
  'requested_extension',
  'requested_context',
  'requested_internal_extension',
  'requested_internal_context',
  'requested_user_uuid',
  'source_extension',
  'source_name',
  'source_internal_name',
  'source_internal_extension',
  'source_internal_context',
  'source_user_uuid',
  'source_line_id',
] as const

/** Python's csv: quotes only where they are needed; booleans as `True` and `False`, nothing for null. */
function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  const cell = String(value)
  return /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell
}

/** The whole page as CSV; recordings are numbered columns, as many as the fullest line needs. */
export function cdrCsv(items: readonly Cdr[]): string {
  const most = items.reduce((highest, cdr) => Math.max(highest, cdr.recordings.length), 0)
  const numbers = Array.from({ length: most }, (_unused, index) => index)
  const parts = ['uuid', 'start_time', 'end_time', 'deleted', 'filename']
  const head = [...csvColumns, 'tags', ...numbers.flatMap(n => parts.map(part => `recording_${n + 1}_${part}`))]
  const lines = items.map(cdr => {
    const recordings = numbers.flatMap(n => {
      const recording = cdr.recordings[n]
      if (recording === undefined) return parts.map(() => null)
      const { uuid, startTime, endTime, path } = recording
      return [uuid, startTime, endTime, path === null, recordingFileName(cdr.id, recording)]
    })
    return [...csvColumns.map(column => cdr[column]), null, ...recordings].map(csvCell)
  })
  return [head, ...lines].map(cells => `${cells.join(',')}\r\n`).join('')
}

/**
 * A user's call log. Under `/users/{uuid}` it is the administrators' view of it: with tags, and `total` counts the
 * whole tenant.
 */
function list({ ask, token, world }: AuthorizedCall, view: 'me' | 'uuid'): Answer {
  const acceptsCsv = ask.headers.accept === 'text/csv; charset=utf-8'
  const parsed = parseCdrQuery(ask.query, acceptsCsv, world.profile)
  if (parsed.kind === 'invalid') {
    return serviceError(400, 'invalid-data', 'Sent data is invalid', parsed.details, world.now())
  }
  const page = selectCdrs(world.callLog, token.user.uuid, parsed.filter)
  if (parsed.filter.csv) {
    const disposition = { 'Content-Disposition': 'attachment; filename=cdr.csv' }
    return text(200, 'text/html; charset=utf-8', cdrCsv(page.items), disposition)
  }
  const items = page.items.map(cdr => ({ ...cdrBody(cdr, world.profile), ...(view === 'uuid' ? { tags: [] } : {}) }))
  const total = view === 'uuid' ? world.callLog.length : page.total
  return json(200, { items, total, filtered: page.filtered })
}

async function media({ ask, token, world, params }: AuthorizedCall): Promise<Answer> {
  const now = world.now()
  const cdrId = Number(params['cdr'])
  const uuid = params['recording'] ?? ''
  const cdr = world.callLog.find(entry => entry.id === cdrId && entry.participants.includes(token.user.uuid))
  if (cdr === undefined) {
    const details = { cdr_id: cdrId }
    return serviceError(404, 'cdr-not-found-with-given-id', 'No CDR found matching this ID', details, now)
  }
  const recording = cdr.recordings.find(entry => entry.uuid === uuid)
  const details = { recording_uuid: uuid }
  if (recording === undefined) return serviceError(404, 'recording-not-found', 'No recording found', details, now)
  const { path } = recording
  if (path === null) return serviceError(400, 'recording-media-not-found', 'No recording media found', details, now)
  const file = recording.broken === true ? null : await statOrNull(path)
  if (file === null) {
    return serviceError(
      500,
      'recording-media-filesystem-not-found',
      'Recording media: not found on filesystem',
      { ...details, recording_path: path },
      now,
    )
  }
  return mediaAnswer(
    { path, size: file.size, modifiedAt: file.mtimeMs },
    {
      range: ask.headers.range,
      ifNoneMatch: ask.headers['if-none-match'],
      filename: recordingFileName(cdr.id, recording),
    },
  )
}

async function statOrNull(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

const mediaPath = '/cdr/{cdr:int}/recordings/{recording:uuid}/media'

export const callLogdService = (profile: Profile): Service => {
  const mediaRoutes: Route[] = profile.userMedia
    ? [
        {
          method: 'GET',
          path: `/users/me${mediaPath}`,
          acl: 'call-logd.users.me.cdr.{cdr}.recordings.{recording}.media.read',
          handle: media,
        },
      ]
    : []
  return {
    name: 'call-logd',
    prefix: '/api/call-logd/1.0',
    corsHeaders: ['content-type', 'range', 'wazo-tenant', 'x-auth-token'],
    refuse: refuseAsService,
    routes: [
      {
        method: 'GET',
        path: '/users/me/cdr',
        acl: 'call-logd.users.me.cdr.read',
        tokenInQuery: true,
        handle: call => list(call, 'me'),
      },
      {
        method: 'GET',
        path: '/users/{user:uuid}/cdr',
        acl: 'call-logd.users.{user}.cdr.read',
        tokenInQuery: true,
        handle: call => list(call, 'uuid'),
      },
      ...mediaRoutes,
      guarded('GET', '/cdr', 'call-logd.cdr.read'),
      guarded('GET', '/cdr/{cdr:int}', 'call-logd.cdr.{cdr}.read'),
      guarded('GET', mediaPath, 'call-logd.cdr.{cdr}.recordings.{recording}.media.read'),
      guarded('DELETE', mediaPath, 'call-logd.cdr.{cdr}.recordings.{recording}.media.delete'),
      guarded('DELETE', '/cdr/recordings/media', 'call-logd.cdr.recordings.media.delete'),
      guarded('POST', '/cdr/recordings/media/export', 'call-logd.cdr.recordings.media.export.create'),
      guarded('GET', '/retention', 'call-logd.retention.read'),
      guarded('GET', '/status', 'call-logd.status.read'),
    ],
  }
}
