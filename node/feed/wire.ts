import { z } from 'zod';
import { COMMANDS, type CommandName } from '../contract/commands.ts';
import type { WireError } from '../contract/errors.ts';
import { UNITS, type Fact, type UnitName } from '../contract/trace.ts';

/** Raised whenever a message of the feed changes its shape, or a fact does. */
export const FEED_SCHEMA = 1;

/** Questions that others may ask: those that a window may, and that change nothing. */
export const FEED_COMMANDS = [
  'gateway.item',
  'gateway.signed',
  'gateway.data',
  'gateway.network',
  'gateway.facts',
  'su.log',
  'su.find',
  'su.process',
  'su.isProcess',
  'su.time',
  'su.clock',
  'su.due',
  'su.facts',
  'cu.result',
  'cu.results',
  'cu.state',
  'cu.stateFind',
  'cu.diff',
  'cu.stateHash',
  'cu.timeline',
  'cu.verify',
  'cu.trace',
  'cu.source',
  'cu.places',
  'cu.traceSteps',
  'cu.traceCalls',
  'cu.frames',
  'cu.frameValue',
  'cu.expression',
  'cu.search',
  'cu.why',
  'cu.whyProgress',
  'cu.branches',
  'cu.branchSteps',
  'cu.branchState',
  'cu.branchCompare',
  'cu.paused',
  'cu.facts',
  'mu.monitors',
  'mu.idle',
  'mu.facts',
  'shell.status',
  'project.current',
  'project.topology',
] as const satisfies readonly CommandName[];

/** What a second token opens besides: what the commands of a terminal do with a project that is open elsewhere. */
export const CONTROL_COMMANDS = [
  'project.run',
  'cu.verifying',
  'cu.branchNew',
  'cu.branchRun',
  'cu.branchAnswer',
  'cu.branchDrop',
] as const satisfies readonly CommandName[];

/** What the one who reads the feed may do: look, or also what {@link CONTROL_COMMANDS} says. */
export type FeedRight = 'look' | 'control';

const MIB = 1024 * 1024;
/** Bytes of one message that others send: what looks asks little, what a terminal sends may hold a file, as what a window sends. */
export const FEED_BYTES_MAX: Readonly<Record<FeedRight, number>> = { look: MIB, control: 64 * MIB };

const namesOf = (names: readonly CommandName[]): ReadonlySet<string> => new Set(names.filter((name) => COMMANDS[name].fromWindow));
const allowed: Readonly<Record<FeedRight, ReadonlySet<string>>> = {
  look: namesOf(FEED_COMMANDS),
  control: namesOf([...FEED_COMMANDS, ...CONTROL_COMMANDS]),
};

export function isFeedCommand(name: string, right: FeedRight): boolean {
  return allowed[right].has(name);
}

const seq = z.number().int().min(0);
/** From which number on: from the first fact, from now, or after the last that is known of each unit. */
const after = z.union([z.literal('start'), z.literal('now'), z.partialRecord(z.enum(UNITS), seq)]);

const fromOthers = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('subscribe'), after, units: z.array(z.enum(UNITS)).min(1).optional() }),
  z.object({ kind: z.literal('unsubscribe') }),
  z.object({ kind: z.literal('ask'), id: z.number(), name: z.string().max(100), args: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id: z.number() }),
]);
export type FromOthers = z.output<typeof fromOthers>;

/** What the feed says. */
export type ToOthers =
  | {
      readonly kind: 'hello';
      readonly schema: number;
      readonly version: string;
      readonly project: { readonly name: string; readonly path: string };
    }
  /** Facts of one unit in the order of their numbers, without a gap. */
  | { readonly kind: 'facts'; readonly unit: UnitName; readonly facts: readonly Fact[] }
  /** All that was there has been told: what follows happens now. */
  | { readonly kind: 'live'; readonly unit: UnitName; readonly seq: number }
  /** Another project was opened: numbers begin anew, and the subscription has ended. */
  | { readonly kind: 'project'; readonly project: { readonly name: string; readonly path: string } }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fail'; readonly id: number; readonly error: WireError }
  /** What came was none of the messages above. */
  | { readonly kind: 'wrong'; readonly reason: string };

/** @returns the reason where the text is no message of the feed. */
export function parseFromOthers(text: string): FromOthers | string {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const parsed = fromOthers.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
}
