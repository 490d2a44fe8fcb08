import { AoError, type ErrorCode } from '../../node/contract/errors.ts';
import type { ProcessId, Slot } from '../../node/contract/ids.ts';
import type { ItemSketch } from '../../node/contract/trace.ts';
import { withNames } from './lookup.ts';
import { keyOf, type Hint, type MessageRow, type RowDraft } from './rows.ts';
import type { Inside, World } from './world.ts';

/** Hints of one kind about one process, told once with their number. */
export interface HintGroup {
  readonly key: string;
  readonly code: ErrorCode;
  /** With names for ids. */
  readonly message: string;
  readonly cure: string;
  readonly count: number;
  readonly process: ProcessId | null;
  readonly slot: Slot | null;
  /** The latest row that it is about, see {@link keyOf}. */
  readonly row: string;
}

/** One kind of hint while facts come in. */
export interface HintDraft {
  readonly hint: Hint;
  readonly rows: RowDraft[];
}

const UNTRUSTED = /^Message is not trusted! From: (\S+) - Owner: (\S+)$/;
const NOT_ASSIGNABLE = /^Assignment is not trusted! From: (\S+) - Owner: (\S+)$/;
const UNMATCHED = /^New Message From .+: (?:Action|Data) = /;
export const COLOURS = /\u001b\[[0-9;]*m/g;
/** Nobody who spawns without waiting for the answer means to handle it. */
const EXPECTED_IN_INBOX = new Set(['Spawned']);

/** What the printed lines of aos say of a message that nothing came of. */
export function hintOfOutput(row: MessageRow, output: string): Hint | null {
  // Cheap for the many that print nothing of the kind.
  if (!output.includes('trusted!') && !output.includes('New Message From')) return null;
  const lines = output.replaceAll(COLOURS, '').trim().split('\n');
  const [, from, owner] = UNTRUSTED.exec(lines[0] ?? '') ?? [];
  const process = row.to;
  if (from !== undefined && owner !== undefined)
    return { code: 'MESSAGE_UNTRUSTED', about: `${process} ${owner}`, details: { process, from, owner } };
  if (NOT_ASSIGNABLE.test(lines[0] ?? '')) return { code: 'ASSIGNMENT_UNTRUSTED', about: process, details: { process } };
  const action = row.action ?? '';
  if (!UNMATCHED.test(lines.at(-1) ?? '') || EXPECTED_IN_INBOX.has(action)) return null;
  const what = row.cron !== null ? 'its cron message' : action === '' ? 'a message without an Action' : `the action "${action}"`;
  return { code: 'MESSAGE_UNMATCHED', about: `${process} ${row.cron === null ? action : 'cron'}`, details: { process, what } };
}

const SECONDS = /^\d{10}$/;

/** Tags that carry a time as ao does not: its times are ms since 1970. */
export function hintsOfTimes(row: MessageRow, { times }: ItemSketch, before: MessageRow | undefined): readonly Hint[] {
  const process = row.to;
  return (times ?? []).flatMap(({ name: tag, value }): Hint[] => {
    const about = `${process} ${tag}`;
    if (SECONDS.test(value)) return [{ code: 'TIME_SECONDS', about, details: { tag, value, ms: `${value}000` } }];
    // Spawns carry one from aoconnect, and nobody compares it.
    if (tag !== 'Timestamp' || row.type === 'Process') return [];
    const isBack = before?.timestampMs !== undefined && before.timestampMs !== null && Number(value) < before.timestampMs;
    return [{ code: isBack ? 'TIME_BACK' : 'TIME_HIDDEN', about, details: { process, value, slot: row.slot ?? 0 } }];
  });
}

/** Keeps a hint with its row and among those of its kind; one that the row has already is not counted twice. */
export function addHint(inside: Inside, row: RowDraft, hint: Hint | null): void {
  if (hint === null || row.hints.some(({ code, about }) => code === hint.code && about === hint.about)) return;
  row.hints = [...row.hints, hint];
  const key = `${hint.code} ${hint.about}`;
  const known = inside.hints.get(key);
  if (known === undefined) inside.hints.set(key, { hint, rows: [row] });
  else known.rows.push(row);
}

const made = new WeakMap<World, readonly HintGroup[]>();

/** What is no error and yet not what somebody meant, each kind once, the most recent first. */
export function hintsOf(world: World): readonly HintGroup[] {
  const known = made.get(world);
  if (known !== undefined) return known;
  const groups = [...world.inside.hints].flatMap(([key, { hint, rows }]): HintGroup[] => {
    const last = rows.at(-1);
    // A repeat stands among the problems already.
    if (last === undefined || hint.code === 'MESSAGE_AGAIN') return [];
    const { message, cure } = wordsOf(world, hint);
    const process = world.processById.get(last.to)?.id ?? null;
    return [{ key, code: hint.code, message, cure, count: rows.length, process, slot: last.slot, row: keyOf(last) }];
  });
  const at = ({ key }: HintGroup): number => world.inside.hints.get(key)?.rows.at(-1)?.at ?? 0;
  groups.sort((a, b) => at(b) - at(a));
  made.set(world, groups);
  return groups;
}

/** A hint as a person reads it: the sentence with names, the cure with ids that can be copied. */
export function wordsOf(world: World, { code, details }: Hint): { readonly message: string; readonly cure: string } {
  const error = new AoError(code, details);
  return { message: withNames(world, error.message), cure: error.cure };
}
