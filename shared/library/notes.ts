/** What the user adds to recordings. It belongs to a call by its identity at the server, and survives every synchronisation. */
import { z } from 'zod'

export const Tag = z.string().trim().min(1).max(60)

export const Mark = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  /** The part it is set in. */
  part: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
  /** Tape time, milliseconds. */
  atMs: z.number().nonnegative(),
  text: z.string().max(500),
})
export type Mark = z.infer<typeof Mark>

/** One mark is set, gets other words, or goes (marks.ts). */
export const MarkChange = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), mark: Mark }),
  z.object({ do: z.literal('text'), id: Mark.shape.id, text: Mark.shape.text }),
  z.object({ do: z.literal('remove'), id: Mark.shape.id }),
])
export type MarkChange = z.infer<typeof MarkChange>

/** What is named changes, the rest stays. */
export const Annotation = z
  .object({
    note: z.string().max(20_000),
    tags: z.array(Tag).max(50),
    favourite: z.boolean(),
    hidden: z.boolean(),
  })
  .partial()
export type Annotation = z.output<typeof Annotation>
