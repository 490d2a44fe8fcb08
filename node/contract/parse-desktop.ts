import { z } from 'zod';

const empty = z.object({});

/** Arguments of what windows ask of the desktop, and about what went wrong. */
export const desktopSchemas = {
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
