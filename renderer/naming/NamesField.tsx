/** The field for the server's template of file names: a configuration that is pasted is taken apart. */
import { type ReactNode, useState } from 'react'
import { readConfiguration, type PastedNaming } from '../../shared/library/naming.ts'
import { useShown } from '../shown.ts'
import { Field, Foreign, Notice } from '../ui/Controls.tsx'

interface Props {
  value: string
  help: ReactNode
  wrong: string | null
  onChange: (template: string) => void
}

export function NamesField({ value, help, wrong, onChange }: Props) {
  const { text } = useShown()
  const [pasted, setPasted] = useState<PastedNaming | null>(null)
  return (
    <>
      <Field
        label={text.pairing.template}
        help={help}
        wrong={wrong}
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={value}
        onChange={event => {
          setPasted(null)
          onChange(event.target.value)
        }}
        onPaste={event => {
          const found = readConfiguration(event.clipboardData.getData('text/plain'))
          if (found === null) return
          event.preventDefault()
          setPasted(found)
          if (found.template !== null) onChange(found.template.slice(0, 500))
        }}
      />
      {pasted !== null && (
        <Notice onClose={() => setPasted(null)}>
          <Pasted pasted={pasted} />
        </Notice>
      )}
    </>
  )
}

function Pasted({ pasted: { template, extension, trap } }: { pasted: PastedNaming }) {
  const words = useShown().text.naming.pasted
  return (
    <>
      {trap && <p>{words.trap}</p>}
      <p>{template === null ? words.noTemplate : words.taken}</p>
      {extension !== null && (
        <p>
          {words.extension} <Foreign>{`.${extension}`}</Foreign>
        </p>
      )}
    </>
  )
}
