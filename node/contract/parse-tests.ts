import { z } from 'zod';

const path = z.string().min(1).max(1024);

/** Arguments of what windows ask about tests. */
export const testSchemas = {
  'tests.find': z.object({ files: z.array(path).max(5_000).nullable() }),
  'tests.run': z.object({
    files: z.array(path).max(5_000).nullable(),
    pattern: z.string().max(1_000).nullable(),
    only: z
      .array(z.object({ file: path, name: z.array(z.string()).min(1) }))
      .max(50_000)
      .optional(),
    module: z.string().min(1).max(1024).nullable(),
    isCovered: z.boolean().optional(),
  }),
};
