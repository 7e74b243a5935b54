/** A thread that makes a key out of one passphrase and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { Price, stretch } from './passphrase.ts'

const Given = z.object({ passphrase: z.string(), price: Price })

const { passphrase, price } = Given.parse(workerData)
void stretch(passphrase, price).then(key => parentPort?.postMessage(key))
