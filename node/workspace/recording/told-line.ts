import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../../contract/errors.ts';
import { isId, toAddress, toItemId, toModuleId, toProcessId, toSlot } from '../../contract/ids.ts';
import type { ToldFact } from '../../contract/told.ts';

const id = z.string().refine(isId);
const itemId = id.transform(toItemId);
const processId = id.transform(toProcessId);
const slot = z.number().int().min(0).transform(toSlot);
const count = z.number().int().min(0);
const atMs = z.number();
const code = z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value));
const cause = z.object({ process: processId, slot, message: itemId, index: count, tick: count.exactOptional() });
const sketch = z.object({
  type: z.enum(['Message', 'Process', 'Module', 'Assignment', 'Other']),
  target: z.string(),
  from: z.string(),
  action: z.string().nullable(),
  name: z.string().nullable(),
  preview: z.string().nullable(),
  dataBytes: count,
  times: z.array(z.object({ name: z.string(), value: z.string() })).exactOptional(),
});
const refused = { code, message: z.string(), atMs };
const by = z.string().nullable();
const pushed = { journey: itemId, cause, hops: count, atMs };
const program = z.object({
  module: id.transform(toModuleId),
  standIns: z.object({ module: id.transform(toModuleId).nullable(), authority: z.string().transform(toAddress).nullable() }),
  distrusts: z.string().transform(toAddress).exactOptional(),
});

/** A fact of the run that was recorded, as it stands in a file. */
export const toldFact: z.ZodType<ToldFact> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mu.received'), id: itemId, sketch, journey: itemId, cause: cause.exactOptional(), atMs }),
  z.object({ kind: z.literal('mu.rejected'), id: z.string().nullable(), sketch: sketch.nullable(), ...refused }),
  z.object({ kind: z.literal('mu.pushed'), id: itemId, sketch, ...pushed }),
  z.object({ kind: z.literal('mu.assigned'), id: itemId, assignment: itemId, process: processId, ...pushed }),
  z.object({ kind: z.literal('mu.dropped'), target: z.string(), action: z.string().exactOptional(), journey: itemId, cause, ...refused }),
  z.object({
    kind: z.literal('mu.retried'),
    journey: itemId,
    process: processId,
    slot,
    attempt: count,
    message: z.string(),
    code: code.exactOptional(),
    atMs,
  }),
  z.object({ kind: z.literal('mu.pulled'), process: processId, slot, journey: itemId, entries: count, atMs }),
  z.object({ kind: z.literal('mu.monitored'), process: processId, by, atMs }),
  z.object({ kind: z.literal('mu.unmonitored'), process: processId, by, atMs }),
  z.object({
    kind: z.literal('mu.held'),
    journey: itemId,
    process: processId,
    slot,
    hops: count,
    limit: count,
    pushed: count.exactOptional(),
    atMs,
  }),
  z.object({ kind: z.literal('mu.continued'), journey: itemId, limit: count, atMs }),
  z.object({ kind: z.literal('mu.ended'), journey: itemId, atMs }),
  z.object({ kind: z.literal('su.assigned'), process: processId, slot, program: program.exactOptional(), atMs }),
  z.object({ kind: z.literal('su.rejected'), id: itemId, process: z.string(), ...refused }),
  z.object({ kind: z.literal('su.stored'), stored: z.array(z.object({ process: processId, slots: z.array(slot) })), atMs }),
  z.object({ kind: z.literal('su.unstored'), process: processId, slot, ...refused }),
  z.object({ kind: z.literal('cu.evaluated'), process: processId, slot, tick: count.nullable(), durationMs: z.number(), atMs }),
]);
