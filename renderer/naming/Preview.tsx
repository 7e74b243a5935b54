/** What a template does to a folder: an example, what its names do not tell, and the newest files as they are read. */
import { type NameSample, type NamesTell, type NamingPreview } from '../../shared/library/naming.ts'
import { type Text } from '../../shared/text/en.ts'
import { useShown } from '../shown.ts'
import { Foreign, isolated } from '../ui/Controls.tsx'
import styles from './Naming.module.css'

/** What cannot be known from the names, a sentence each. */
export function lacksOf(words: Text['naming'], tells: NamesTell): readonly string[] {
  const lacks = (['srcnum', 'dstnum', 'moment'] as const).flatMap(what => {
    const told = tells[what]
    return told === 'known' ? [] : [words.lacks[told](words.what[what])]
  })
  return tells.zoneless ? [...lacks, words.zoneless] : lacks
}

export function Preview({ preview: { tells, samples } }: { preview: NamingPreview }) {
  const words = useShown().text.naming
  const lacks = tells === null ? [] : lacksOf(words, tells)
  const explained = samples.filter(sample => sample.kind !== null).length
  return (
    <div className={styles.preview}>
      {tells !== null && (
        <ul className={styles.lacks}>
          {lacks.length === 0 ? <li>{words.all}</li> : lacks.map(lack => <li key={lack}>{lack}</li>)}
        </ul>
      )}
      {samples.length === 0 ? (
        <p className={styles.help}>{words.noSamples}</p>
      ) : (
        <>
          <h4 className={styles.title}>{words.samples(explained, samples.length)}</h4>
          <ul className={styles.samples}>
            {samples.map((sample, index) => (
              <Sample key={`${index} ${sample.name}`} sample={sample} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Sample({ sample: { name, kind, numbers, startedAt } }: { sample: NameSample }) {
  const { text, format } = useShown()
  const words = text.naming
  const told = [
    ...(kind === 'on-demand' ? [words.onDemand] : []),
    ...(numbers.length > 0 ? [numbers.map(it => (it === '' ? words.hidden : isolated(it))).join(' → ')] : []),
    ...(startedAt === null ? [] : [`${format.date(startedAt)} ${format.clock(startedAt)}`]),
  ]
  const nothing = kind === null ? words.unexplained : words.nothingTold
  return (
    <li className={styles.sample}>
      <span className={styles.name}>
        <Foreign>{name}</Foreign>
      </span>
      <span className={styles.told} data-explained={kind !== null}>
        {told.length === 0 ? nothing : told.join(' · ')}
      </span>
    </li>
  )
}
