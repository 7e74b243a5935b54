/**
 * The permission to record on demand, which many servers let a user set for himself (wazo.md 0, fact 5). Offered only
 * where rights are listed, and lockable by an administrator: on many sites it is his to decide.
 */
import { z } from 'zod'

export const SelfGrantView = z.object({
  /** The server would take it. */
  offered: z.boolean(),
  /** When the user allowed it himself, in this session: offered as undo. */
  grantedAt: z.number().nullable(),
  /** The server takes it over: calls placed now begin a few seconds later. */
  settling: z.boolean(),
})
export type SelfGrantView = z.infer<typeof SelfGrantView>
