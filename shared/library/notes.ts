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
