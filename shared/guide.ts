/** The test recording that is offered after the first sign-in: three steps that tick themselves off. */
import { z } from 'zod'

export const GuideView = z.object({
  /** A call was up in this session. */
  called: z.boolean(),
  /** A recording was seen to run. */
  recorded: z.boolean(),
  /** It is in the list of recordings. */
  listed: z.boolean(),
})
export type GuideView = z.infer<typeof GuideView>
