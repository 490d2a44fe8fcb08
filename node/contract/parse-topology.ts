import { z } from 'zod';

/** What is wanted of a project's processes. */
export const runWish = z.object({
  how: z.enum(['evaluate', 'respawn']).optional(),
  names: z.array(z.string().min(1).max(100)).max(1_000).optional(),
  isForced: z.boolean().optional(),
});
