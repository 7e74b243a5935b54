/** Imported first: without this the schema library probes `new Function`, which our CSP forbids and would report. */
import { config } from 'zod'

config({ jitless: true })
