/** What a Wazo server offers to recording control, from what was found of it (wazo.md 11.2). */
import { type Capabilities } from '../../shared/account.ts'
import { dialectOf } from '../../shared/recording/dialect.ts'
import { SERVER } from '../../shared/recording/facts.ts'
import { isBefore } from '../../shared/version.ts'
import { type Offer } from './means.ts'

/** Null: nothing was found out yet; then a server of today is assumed, and its answers tell. */
export function wazoOffer(capabilities: Capabilities | null): Offer {
  if (capabilities === null) {
    return { recordApi: true, dialect: 'start-pause-resume', evidence: 'calls', digitsApi: true, mayRecord: null }
  }
  const { version, recordApi, pauseApi, readCalls, mayRecord } = capabilities
  const release = releaseOf(version)
  const governed = release === null || !isBefore(release, SERVER.permissionGovernsAll.since)
  return {
    recordApi,
    pauseApi,
    dialect: dialectOf(release, pauseApi),
    evidence: readCalls ? 'calls' : 'none',
    digitsApi: release === null || !isBefore(release, SERVER.dtmfApi.since),
    mayRecord: governed ? mayRecord : null,
  }
}

/** `26.08` as numbers; null where it is none. */
function releaseOf(version: string | null): readonly number[] | null {
  const parts = version?.split('.').map(Number) ?? []
  return parts.length < 2 || parts.some(Number.isNaN) ? null : parts
}
