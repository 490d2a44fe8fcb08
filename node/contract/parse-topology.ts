import { z } from 'zod';

const empty = z.object({});
/** A path inside of the project: relative, parted by `/`, and nowhere up. */
const inProject = z
  .string()
  .min(1)
  .max(1_000)
  .refine((path) => !/^[A-Za-z]:|[\\\0]/.test(path) && !path.split('/').some((part) => part === '' || part === '.' || part === '..'));

/** Arguments of what is asked about the processes of a project, and of a project that is to be made. */
export const planSchemas = {
  'project.run': z.object({
    how: z.enum(['evaluate', 'respawn']).optional(),
    names: z.array(z.string().min(1).max(100)).max(1_000).optional(),
    isForced: z.boolean().optional(),
  }),
  'project.topology': empty,
  'project.bundle': z.object({ file: z.string().min(1).max(1_000) }),
  'project.schema': empty,
  'modules.check': z.object({
    file: inProject,
    texts: z.array(z.object({ path: inProject, text: z.string() })).max(1_000),
  }),
  'modules.build': z.object({ file: inProject }),
  'project.trustBuild': z.object({ folder: z.string().min(1).max(4_096) }),
  'project.templates': empty,
  'project.create': z.object({
    name: z.string().trim().min(1).max(200),
    template: z.string().min(1).max(100),
    folder: z.string().min(1).nullable(),
  }),
};
