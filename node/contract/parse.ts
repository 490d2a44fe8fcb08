import { z } from 'zod';
import { RATE_MAX, RATE_MIN, STEP_SECONDS_MAX, TIME_MAX } from './clock.ts';
import { COMMANDS, isCommandName, type CommandName, type Commands } from './commands.ts';
import { EVENT_NAMES } from './events.ts';
import type { Envelope } from './envelope.ts';
import { NOTES_MAX } from './focus-note.ts';
import { AoError, isErrorCode, type ErrorCode } from './errors.ts';
import { toItemId, toModuleId, toProcessId, toSlot, isId } from './ids.ts';
import { deploySchemas } from './parse-deploy.ts';
import { desktopSchemas } from './parse-desktop.ts';
import { testSchemas } from './parse-tests.ts';
import { planSchemas } from './parse-topology.ts';
import { focusNote } from './parse-note.ts';
import { expression, historyQuery, logFind, text } from './parse-query.ts';
import { REDACTED_TEXT_MIN } from './redaction.ts';
import { UNITS } from './trace.ts';

/** Commands that a window may ask: their arguments come from outside and are parsed, once, here. */
export type WindowCommand = { [N in CommandName]: (typeof COMMANDS)[N]['fromWindow'] extends true ? N : never }[CommandName];

const empty = z.strictObject({});
const id = z.string().refine(isId, 'not an id');
const [itemId, processId] = [id.transform(toItemId), id.transform(toProcessId)];
const monitor = z.object({ process: processId, by: z.string().max(64).nullable().optional() });
const slot = z.number().int().min(0).transform(toSlot);
/** Waiting deliveries in one answer. */
const DELIVERIES_MAX = 10_000;
const path = z.string().min(1).max(1024);
/** It becomes the name of a file. */
const walletName = z.string().regex(/^[A-Za-z0-9][\w-]{0,30}$/);
const tag = z.object({ name: z.string().min(1), value: z.string() });
const facts = z.object({ after: z.number().int().min(0), limit: z.number().int().min(1).max(50_000), isPacked: z.boolean().optional() });
const assign = z.object({ process: processId, message: itemId, baseLayer: z.boolean(), exclude: z.array(z.string()) });
const dryRun = z
  .object({
    id: z.string(),
    target: z.string(),
    timestampMs: z.number(),
    blockHeight: z.number(),
    owner: z.string(),
    from: z.string(),
    anchor: z.string(),
  })
  .partial()
  .extend({ tags: z.array(tag), data: z.string().nullable() });

const [branch, step] = [z.number().int().min(1), z.number().int().min(0)];
const place = z.object({ process: processId, slot, tick: z.number().int().min(0).nullable(), branch: branch.optional() });
const page = { from: z.number().int().min(0), limit: z.number().int().min(1).max(100_000) };
const slice = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(1_000) };
const clockWish = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('real') }),
  z.object({ mode: z.literal('paused') }),
  z.object({ mode: z.literal('running'), rate: z.number().min(RATE_MIN).max(RATE_MAX).nullable() }),
]);
const clockStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tick') }),
  z.object({ kind: z.literal('block') }),
  z.object({ kind: z.literal('seconds'), seconds: z.number().positive().max(STEP_SECONDS_MAX) }),
  z.object({ kind: z.literal('to'), timestampMs: z.number().int().min(0).max(TIME_MAX) }),
]);

const tick = z.number().int().min(0).nullish();
const stateAt = { process: processId, slot, tick, branch: branch.optional() };
const recorded = z.array(processId).min(1).max(10_000);
const words = z.array(z.string().min(1).max(1_000)).max(1_000);
const redaction = z.object({
  processes: z.array(processId).max(10_000),
  actions: words,
  tags: words,
  texts: z.array(z.string().trim().min(REDACTED_TEXT_MIN).max(10_000)).max(1_000),
});
const name = z.string().min(1).max(200);
const branchEdit = z.intersection(
  z.object({ process: processId }),
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('edit'), slot, tags: z.array(tag).nullable(), data: z.string().nullable(), from: text.nullable() }),
    z.object({ kind: z.literal('skip'), slot }),
    z.object({ kind: z.literal('duplicate'), slot, after: slot }),
    z.object({ kind: z.literal('move'), slot, after: slot }),
    z.object({ kind: z.literal('inject'), after: slot, from: text, tags: z.array(tag), data: z.string() }),
    z.object({ kind: z.literal('clock'), slot, shiftMs: z.number().int().min(0) }),
    z.object({ kind: z.literal('module'), module: id.transform(toModuleId) }),
  ]),
);
const laterAnswer = z.enum(['apply', 'drop']);
const why = z.object({ process: processId, slot, branch: branch.optional(), expression });
const branchSpec = z.object({
  name,
  scope: z.enum(['process', 'node']),
  edits: z.array(branchEdit).max(1_000),
  later: z.union([
    laterAnswer,
    z.object({ first: z.number().int().min(0) }),
    z.object({ answers: z.array(laterAnswer).max(100_000), rest: z.union([z.literal('ask'), laterAnswer]) }),
  ]),
  file: z.string().max(1_000).optional(),
});
const branchStep = { branch, process: processId, index: z.number().int().min(0) };

const SCHEMAS: { readonly [N in CommandName]: z.ZodType | null } = {
  'unit.open': null,
  'unit.close': null,
  'gateway.upload': null,
  'gateway.schedulerLocation': null,
  'gateway.item': z.object({ id: itemId }),
  'gateway.signed': z.object({ id: itemId, from: z.number().int().min(0), limit: z.number().int().min(1).max(65_536) }),
  'gateway.data': z.object({ id: itemId }),
  'gateway.bytes': null,
  'gateway.transaction': null,
  'gateway.find': null,
  'gateway.settled': null,
  'gateway.network': empty,
  'gateway.blocks': null,
  'gateway.lua': null,
  'gateway.known': null,
  'gateway.clock': null,
  'gateway.search': null,
  'gateway.document': null,
  'gateway.facts': facts,
  'su.schedule': null,
  'su.assign': null,
  'su.log': z.object({ process: processId, from: slot, limit: z.number().int().min(1).max(1000) }),
  'su.find': z.object({ process: processId, id: itemId }),
  'su.process': z.object({ process: processId }),
  'su.note': null,
  'su.notes': null,
  'su.rebuild': null,
  'su.export': null,
  'su.takeRemoved': null,
  'su.takeLines': null,
  'su.takeTold': null,
  'su.isProcess': z.object({ id: z.string() }),
  'su.time': empty,
  'su.clock': empty,
  'su.setClock': z.object({ wish: clockWish }),
  'su.jump': null,
  'su.due': empty,
  'su.search': z.object({ find: logFind, after: z.number().int().min(0), budgetMs: z.number().min(1).max(5_000) }),
  'su.tags': z.object({ name: text.nullable(), part: text, limit: z.number().int().min(1).max(1_000) }),
  'su.facts': facts,
  'cu.result': z.object({ process: processId, slot }),
  'cu.results': z.object({
    process: processId,
    from: slot.nullable(),
    to: slot.nullable(),
    limit: z.number().int().min(1).max(1000),
    order: z.enum(['asc', 'desc']),
  }),
  'cu.cron': null,
  'cu.dryRun': z.object({ process: processId, message: dryRun, slot: slot.optional(), tick }),
  'cu.state': z.object({
    ...stateAt,
    path: z.array(z.string()),
    ...slice,
  }),
  'cu.stateFind': z.object({
    ...stateAt,
    path: z.array(z.string()),
    text: z.string().min(1).max(1000),
    limit: z.number().int().min(1).max(1000),
  }),
  'cu.diff': z.object({
    process: processId,
    branch: branch.optional(),
    isFromMain: z.boolean().optional(),
    from: slot.nullable(),
    fromTick: tick,
    to: slot,
    toTick: tick,
    offset: z.number().int().min(0).optional(),
    limit: z.number().int().min(1).max(20_000).optional(),
  }),
  'cu.stateHash': z.object(stateAt),
  'cu.timeline': z.object({ process: processId, from: slot, limit: z.number().int().min(1).max(1000) }),
  'cu.verify': z.object({ process: processId, to: slot.optional() }),
  'cu.verifying': z.object({ process: processId }),
  'cu.kept': null,
  'cu.takeKept': null,
  'cu.takeTold': null,
  'cu.weaveFiles': null,
  'cu.giveWeaveFiles': null,
  'cu.trace': place,
  'cu.source': z.object({
    process: processId,
    slot,
    branch: branch.optional(),
    chunk: z.string().min(1).max(1000),
    line: z.number().int().min(1).optional(),
    function: z.object({ line: z.number().int().min(1), lastLine: z.number().int().min(1) }).optional(),
  }),
  'cu.places': z.object({
    process: processId,
    branch: branch.optional(),
    file: z.string().min(1).max(1000),
    line: z.number().int().min(1),
  }),
  'cu.traceSteps': place.extend(page),
  'cu.traceCalls': place.extend(page),
  'cu.frames': place.extend({ step }),
  'cu.frameValue': place.extend({
    step,
    at: z.object({
      frame: z.number().int().min(0),
      scope: z.enum(['locals', 'upvalues', 'globals']),
      index: z.number().int().min(0),
      path: z.array(z.string()),
    }),
    ...slice,
  }),
  'cu.expression': place.extend({ step: step.nullable(), frame: z.number().int().min(0), expression }),
  'cu.search': z.object({
    process: processId,
    branch: branch.optional(),
    query: historyQuery,
    from: slot,
    direction: z.enum(['forwards', 'backwards']),
    isSampled: z.boolean(),
    limit: z.number().int().min(1).max(10_000),
    budgetMs: z.number().min(0).max(10_000),
  }),
  'cu.why': why,
  'cu.whyProgress': why,
  'cu.branchNew': z.object({ spec: branchSpec }),
  'cu.branches': empty,
  'cu.branchName': z.object({ branch, name }),
  'cu.branchDrop': z.object({ branch }),
  'cu.branchRun': z.object({ branch, budgetMs: z.number().min(0).max(10_000) }),
  'cu.branchAnswer': z.object({ branch, answer: laterAnswer, isForAll: z.boolean() }),
  'cu.branchSteps': z.object({ branch, process: processId, ...page }),
  'cu.branchRows': z.object({ branch, process: processId.nullable(), isDifferent: z.boolean(), ...page }),
  'cu.branchFind': z.object({ branch, process: processId, slot, tick, of: z.enum(['main', 'branch']) }),
  'cu.branchMessage': z.object(branchStep),
  'cu.branchTrace': z.object(branchStep),
  'cu.branchDiff': z.object({ ...branchStep, against: z.union([z.literal('before'), z.literal('main'), slot]) }),
  'cu.branchState': z.object({
    ...branchStep,
    path: z.array(z.string()),
    ...slice,
  }),
  'cu.branchCompare': z.object({ branch, process: processId, isSearched: z.boolean().optional() }),
  'cu.accepts': null,
  'cu.stop': z.object({ process: processId }),
  'cu.paused': empty,
  'cu.resume': z.object({ process: processId, how: z.enum(['error', 'again']) }),
  'cu.facts': facts,
  'mu.send': z.object({ item: z.string() }),
  'mu.assign': assign,
  'mu.monitor': monitor,
  'mu.unmonitor': monitor,
  'mu.monitors': empty,
  'mu.continue': z.object({ journey: itemId, more: z.number().int().min(1).max(1_000_000).exactOptional() }),
  'mu.end': z.object({ journey: itemId }),
  'mu.pause': empty,
  'mu.resume': empty,
  'mu.deliveries': z.object({ limit: z.number().int().min(0).max(DELIVERIES_MAX) }),
  'mu.deliver': z.object({ id: z.string().max(100).nullable() }),
  'mu.advance': z.object({ by: clockStep }),
  'mu.push': z.object({ process: processId, message: itemId, index: z.number().int().min(0) }),
  'mu.idle': empty,
  'mu.takeTold': null,
  'mu.facts': facts,
  'shell.status': empty,
  'shell.restart': z.object({ unit: z.enum(UNITS) }),
  'shell.chooseFolder': empty,
  'project.current': empty,
  'project.recent': empty,
  'project.open': z.object({ path: z.string().min(1) }),
  'project.samples': empty,
  'project.openSample': z.object({ sample: z.string().min(1) }),
  ...planSchemas,
  'shell.chooseRecording': z.object({ to: z.enum(['open', 'save']), name: z.string().max(300) }),
  'recording.export': z.object({
    file: z.string().min(1).nullable(),
    processes: recorded,
    note: z.string().max(100_000),
    focus: z.object({ process: processId, slot }).nullish(),
    notes: z
      .array(z.object({ process: processId, slot, text }))
      .max(1_000)
      .optional(),
    marks: z.array(focusNote).max(NOTES_MAX).optional(),
    withKeyframes: z.boolean().optional(),
    redact: redaction.optional(),
    isReplacing: z.boolean().optional(),
  }),
  'recording.size': z.object({ processes: recorded, withKeyframes: z.boolean() }),
  'recording.plan': z.object({ processes: recorded, redact: redaction }),
  'recording.read': z.object({ file: z.string().min(1), offset: z.number().int().min(0) }),
  'recording.receive': z.object({
    upload: z.string().max(100).nullable(),
    name: z.string().min(1).max(300),
    data: z.string(),
    isLast: z.boolean(),
  }),
  'recording.recent': empty,
  'recording.open': z.object({ file: z.string().min(1) }),
  'notes.read': empty,
  'notes.put': z.object({ note: focusNote }),
  'notes.remove': z.object({ id: z.string().min(1).max(100) }),
  ...testSchemas,
  'tests.save': z.object({ process: processId, slot, tick: z.number().int().min(0).optional() }),
  'files.list': empty,
  'files.find': z.object({
    text: z.string().max(10_000),
    isCase: z.boolean(),
    isWord: z.boolean(),
    isPattern: z.boolean(),
    drafts: z.array(z.object({ path, text: z.string() })).max(500),
  }),
  'files.git': empty,
  'files.read': z.object({ path }),
  'files.write': z.object({ path, text: z.string(), version: z.string().nullable() }),
  'files.create': z.object({ path, kind: z.enum(['file', 'folder']), text: z.string().exactOptional() }),
  'files.rename': z.object({ from: path, to: path }),
  'files.delete': z.object({ path }),
  'modules.list': empty,
  'modules.add': z.object({ file: z.string().min(1).max(255), data: z.string() }),
  'modules.fetch': z.object({ module: id.transform(toModuleId), gateway: z.url({ protocol: /^https?$/ }).nullable() }),
  'modules.remove': z.object({ module: id.transform(toModuleId) }),
  'wallet.spawn': z.object({
    name: z.string().min(1).max(100),
    source: z.string(),
    tags: z.array(tag),
    module: z.string().min(1).max(1024).nullable(),
  }),
  'wallet.send': z.object({ process: processId, tags: z.array(tag), data: z.string(), wallet: walletName.optional() }),
  'wallet.list': empty,
  'wallet.create': z.object({ name: walletName }),
  ...deploySchemas,
  ...desktopSchemas,
};

/**
 * The arguments of a command a window asks.
 * @throws AoError COMMAND_UNKNOWN, COMMAND_REFUSED (not for windows), ARGUMENTS_INVALID (with the first fault).
 */
export function parseWindowAsk(name: string, args: unknown): { readonly name: CommandName; readonly args: unknown } {
  if (!isCommandName(name)) throw new AoError('COMMAND_UNKNOWN', { command: name.slice(0, 100) });
  const schema = SCHEMAS[name];
  if (!COMMANDS[name].fromWindow || schema === null) throw new AoError('COMMAND_REFUSED', { command: name });
  const parsed = schema.safeParse(args);
  if (parsed.success) return { name, args: parsed.data };
  const issue = parsed.error.issues[0];
  throw new AoError('ARGUMENTS_INVALID', { command: name, reason: `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'wrong'}`.trim() });
}

const errorCode = z
  .string()
  .refine(isErrorCode)
  .transform((code) => code as ErrorCode);
const wireError = z.object({
  code: errorCode,
  message: z.string(),
  cure: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
const envelope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), version: z.number() }),
  z.object({ kind: z.literal('ask'), id: z.number(), name: z.string().refine(isCommandName), args: z.unknown() }),
  z.object({ kind: z.literal('answer'), id: z.number(), value: z.unknown() }),
  z.object({ kind: z.literal('fail'), id: z.number(), error: wireError }),
  z.object({ kind: z.literal('cancel'), id: z.number() }),
  z.object({
    kind: z.literal('tell'),
    name: z.enum(Object.keys(EVENT_NAMES) as [keyof typeof EVENT_NAMES]),
    seq: z.number(),
    body: z.unknown(),
  }),
]);

/** One message of a socket, as JSON text. Null when it is none of ours. */
export function parseEnvelope(text: string): Envelope | null {
  try {
    const parsed = envelope.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Arguments already parsed, with their type: the one place where the table's promise is trusted. */
export function argsOf<N extends CommandName>(_name: N, args: unknown): Commands[N]['args'] {
  return args as Commands[N]['args'];
}
