import { z } from 'zod';
import { FUNCTION_NAME, FUNCTION_NAME_MAX } from './function-names.ts';

export const text = z.string().max(10_000);
export const expression = z.string().min(1).max(10_000);
const codePlace = { chunk: z.string().max(1_024), line: z.number().int().min(0) };
const functionName = z.string().max(FUNCTION_NAME_MAX).regex(FUNCTION_NAME);
const tagClause = { name: text.min(1), sign: z.enum(['has', '=', '~', '>', '<']), value: text };
/** What is looked for in the history of a process. */
export const historyQuery = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    tags: z.record(z.string(), z.string()),
    where: z
      .array(z.object({ ...tagClause, isNot: z.boolean().optional() }))
      .max(100)
      .optional(),
    from: text.nullable(),
    text: text.nullable(),
  }),
  z.object({ kind: z.literal('error'), text: text.nullable() }),
  z.object({ kind: z.literal('line'), ...codePlace, condition: expression.nullable(), log: expression.nullable() }),
  z.object({ kind: z.literal('function'), ...codePlace, log: expression.nullable() }),
  z.object({ kind: z.literal('call'), name: functionName, log: expression.nullable() }),
  z.object({ kind: z.literal('handler'), name: text }),
  z.object({ kind: z.literal('condition'), expression }),
  z.object({ kind: z.literal('change'), expression }),
]);

/** What is looked for in the messages of the logs. */
export const logFind = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['text', 'data']), text: text.min(1) }),
  z.object({ kind: z.literal('tag'), ...tagClause }),
]);
