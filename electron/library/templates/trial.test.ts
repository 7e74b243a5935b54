import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../wazo/clock.ts'
import { TemplateTrials } from './trial.ts'

const script = (name: string) => new URL(name, import.meta.url)
const open: TemplateTrials[] = []
const trials = (name: string, clock: { after(ms: number, run: () => void): () => void }) => {
  const made = new TemplateTrials(script(name), clock)
  open.push(made)
  return made
}
afterEach(async () => {
  for (const made of open.splice(0)) await made.close()
})
/** For those that shall end by themselves, however busy the machine is. */
const patient = { after: () => () => undefined }

test('tries templates on names', async () => {
  const tried = trials('trialWorker.ts', patient)
  const paths = ['sub/user-1001-1002-1489673101.wav', 'auto-1489673101-1001-1002.wav', 'notes.wav']
  const [preview, refused, none] = await Promise.allSettled([
    tried.try('user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}', paths),
    tried.try('{{ nobody }}', paths),
    tried.try('', paths),
  ])
  expect(preview).toMatchObject({
    status: 'fulfilled',
    value: {
      example: 'user-1001-1002-1489673101',
      tells: { srcnum: 'known', dstnum: 'known', moment: 'known', zoneless: false },
      samples: [
        {
          name: 'user-1001-1002-1489673101.wav',
          kind: 'permanent',
          numbers: ['1001', '1002'],
          startedAt: 1_489_673_101_000,
        },
        { name: 'auto-1489673101-1001-1002.wav', kind: 'on-demand' },
        { name: 'notes.wav', kind: null, numbers: [], startedAt: null },
      ],
    },
  })
  expect(refused).toMatchObject({ reason: { failure: { code: 'template-unsupported', subject: '{{ nobody }}' } } })
  expect(none).toMatchObject({
    value: { example: null, tells: null, samples: [{ kind: null }, { kind: 'on-demand' }, {}] },
  })
})

test.each(['busy', 'endless'])('one that is %s is ended, and the next one gets a new thread', async template => {
  const tried = trials('busy.testing.ts', systemClock)
  const stuck = tried.try(template, [])
  const next = tried.try('fine', [])
  await expect(stuck).rejects.toMatchObject({ failure: { code: 'template-slow' } })
  await expect(next).resolves.toMatchObject({ example: 'fine' })
})

test('a thread that cannot start is told, not started for ever', async () => {
  const tried = trials('nothing-there.ts', systemClock)
  await expect(Promise.allSettled([tried.try('a', []), tried.try('b', [])])).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ])
})
