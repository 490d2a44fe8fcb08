import { z } from 'zod';
import type { Json } from './outcome.ts';

const empty = z.object({});
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);

/** Arguments of what windows ask of the desktop and have remembered, and about what went wrong. */
export const desktopSchemas = {
  'shell.recall': z.object({ key: z.string().min(1).max(100) }),
  'shell.remember': z.object({ key: z.string().min(1).max(100), value: json }),
  'shell.recallOf': z.object({ key: z.string().min(1).max(100), project: z.string().min(1) }),
  'shell.rememberOf': z.object({ key: z.string().min(1).max(100), project: z.string().min(1), value: json }),
  'drafts.list': z.object({ project: z.string().min(1) }),
  'drafts.put': z.object({
    project: z.string().min(1),
    path: z.string().min(1),
    draft: z.object({ text: z.string(), version: z.string() }).nullable(),
    isClosed: z.boolean(),
    window: z.string().min(1).max(100),
  }),
  'shell.newWindow': empty,
  'updates.state': empty,
  'updates.check': empty,
  'updates.download': empty,
  'updates.install': empty,
  'shell.notify': z.object({ title: z.string().max(200), body: z.string().max(1_000) }),
  'reports.list': empty,
  'reports.write': z.object({ what: z.string().max(200), text: z.string().max(20_000) }),
  'reports.clear': empty,
};
