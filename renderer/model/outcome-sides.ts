import { outputText, type Outcome } from '../../node/contract/outcome.ts';
import { tagValue, type Tag } from '../../node/contract/item.ts';

/** One line of a half, where two outcomes stand side by side. */
export interface SideLine {
  readonly kind: 'error' | 'printed' | 'sent' | 'part' | 'faint';
  readonly text: string;
  /** The other half has it otherwise, or not at all. */
  readonly isOther: boolean;
}

/** What is told of an outcome. */
export type Effect = Pick<Outcome, 'error' | 'output' | 'messages' | 'spawns'>;

interface Sides {
  readonly main: readonly SideLine[];
  readonly branch: readonly SideLine[];
}

/** Lines before a difference that stay, so that one sees where it stands. */
const AROUND = 2;
const EXCERPT_MAX = 120;

/**
 * Two outcomes, line by line: what both have is folded, and of two messages that differ, the tags and the piece of the data
 * that do are told. One of them may be missing: then everything of the other is otherwise.
 * @param plain takes the colours out of what was printed.
 */
export function sidesOf(main: Effect | null, branch: Effect | null, plain: (text: string) => string): Sides {
  const halves = [
    pair(main && errorOf(main), branch && errorOf(branch), 'error', ''),
    pair(main && printedOf(main, plain), branch && printedOf(branch, plain), 'printed', 'printed nothing'),
    prompts(main, branch, plain),
    entries(main === null ? null : entriesOf(main), branch === null ? null : entriesOf(branch)),
  ];
  const sides = { main: halves.flatMap((one) => one.main), branch: halves.flatMap((one) => one.branch) };
  const isTold = [...sides.main, ...sides.branch].some(({ isOther }) => isOther);
  if (isTold || main === null || branch === null) return sides;
  const note = {
    kind: 'faint',
    text: 'Printed and sent are the same: what was assigned differs, or only colours do.',
    isOther: false,
  } as const;
  return { main: sides.main, branch: [...sides.branch, note] };
}

const errorOf = ({ error }: Effect): readonly string[] => (error === null ? [] : error.trimEnd().split('\n'));

function printedOf({ output }: Effect, plain: (text: string) => string): readonly string[] {
  const text = plain(outputText(output).text).trimEnd();
  return text === '' ? [] : text.split('\n');
}

function pair(main: readonly string[] | null, branch: readonly string[] | null, kind: SideLine['kind'], none: string): Sides {
  const { before, after } = shared(main ?? [], branch ?? []);
  const half = (own: readonly string[] | null, other: readonly string[] | null): SideLine[] => {
    if (own === null) return [];
    if (own.length === 0) return none === '' ? [] : [{ kind: 'faint', text: none, isOther: (other ?? []).length > 0 }];
    const lines = own.map((text, at) => ({ kind, text, isOther: at >= before && at < own.length - after }));
    return folded(lines, before, after);
  };
  return { main: half(main, branch), branch: half(branch, main) };
}

/** How much both lists have in common at their beginning, and at their end. */
function shared(main: readonly string[], branch: readonly string[]): { readonly before: number; readonly after: number } {
  const most = Math.min(main.length, branch.length);
  let before = 0;
  while (before < most && main[before] === branch[before]) before += 1;
  let after = 0;
  while (after < most - before && main.at(-1 - after) === branch.at(-1 - after)) after += 1;
  return { before, after };
}

function folded(lines: readonly SideLine[], before: number, after: number): SideLine[] {
  const fold = (count: number): SideLine[] =>
    count <= 1 ? lines.slice(0, 0) : [{ kind: 'faint', text: `… ${count} lines the same`, isOther: false }];
  const isAllSame = before === lines.length;
  if (isAllSame) return lines.length <= 4 ? [...lines] : [...lines.slice(0, AROUND), ...fold(lines.length - AROUND)];
  const from = before - AROUND > 1 ? before - AROUND : 0;
  const to = after - AROUND > 1 ? lines.length - after + AROUND : lines.length;
  return [...fold(from), ...lines.slice(from, to), ...fold(lines.length - to)];
}

function prompts(main: Effect | null, branch: Effect | null, plain: (text: string) => string): Sides {
  const of = (one: Effect | null): string => plain((one === null ? null : outputText(one.output).prompt) ?? 'none');
  const [was, is] = [of(main), of(branch)];
  if (was === is || main === null || branch === null) return { main: [], branch: [] };
  const line = (text: string): SideLine[] => [{ kind: 'part', text: `prompt ${text}`, isOther: true }];
  return { main: line(was), branch: line(is) };
}

/** What was sent: a message or a spawn. */
interface Entry {
  readonly head: string;
  readonly parts: readonly (readonly [string, string])[];
}

function entriesOf({ messages, spawns }: Effect): readonly Entry[] {
  const partsOf = (one: { readonly Tags: readonly Tag[]; readonly Data: string; readonly Anchor: string }): Entry['parts'] => [
    ...one.Tags.map(({ name, value }) => [name, value] as const),
    ['data', one.Data],
    ['anchor', one.Anchor],
  ];
  return [
    ...messages.map((one) => ({ head: `→ ${one.Target} ${tagValue(one.Tags, 'Action') ?? 'message'}`, parts: partsOf(one) })),
    ...spawns.map((one) => ({ head: `+ spawn ${tagValue(one.Tags, 'Name') ?? ''}`.trim(), parts: partsOf(one) })),
  ];
}

function entries(main: readonly Entry[] | null, branch: readonly Entry[] | null): Sides {
  const keys = (all: readonly Entry[] | null): readonly string[] => (all ?? []).map((one) => JSON.stringify(one));
  const { before, after } = shared(keys(main), keys(branch));
  const half = (own: readonly Entry[] | null, other: readonly Entry[] | null): SideLine[] => {
    if (own === null) return [];
    if (own.length === 0) return [{ kind: 'faint', text: 'sent nothing', isOther: (other ?? []).length > 0 }];
    const end = own.length - after;
    const same = (count: number): SideLine[] => [{ kind: 'faint', text: `… ${count} sent the same`, isOther: false }];
    const head = (one: Entry): SideLine => ({ kind: 'sent', text: one.head, isOther: false });
    const otherEnd = (other ?? []).length - after;
    return [
      ...(before > 3 ? same(before) : own.slice(0, before).map(head)),
      ...own.slice(before, end).flatMap((one, at) => otherwise(one, before + at < otherEnd ? other?.[before + at] : undefined)),
      ...(after > 3 ? same(after) : own.slice(end).map(head)),
    ];
  };
  return { main: half(main, branch), branch: half(branch, main) };
}

/** An entry that is not as the one in its place on the other side, with what makes the difference. */
function otherwise({ head, parts }: Entry, other: Entry | undefined): SideLine[] {
  const isOther = true;
  if (other === undefined) {
    const data = parts.find(([name]) => name === 'data')?.[1] ?? '';
    return [{ kind: 'sent', text: head, isOther }, ...(data === '' ? [] : [{ kind: 'part', text: cut(data, 0), isOther } as const])];
  }
  const theirs = new Map(other.parts);
  const differing = parts.filter(([name, value]) => theirs.get(name) !== value);
  // Another number comes of anything that was sent before; it is told where nothing else is.
  const telling = differing.filter(([name]) => name !== 'anchor' && name !== 'Reference');
  const told = telling.length > 0 ? telling : differing;
  return [
    { kind: 'sent', text: head, isOther: head !== other.head || differing.length === 0 },
    ...told.map(([name, value]): SideLine => ({ kind: 'part', text: `${name} ${cut(value, firstOf(value, theirs.get(name)))}`, isOther })),
  ];
}

function firstOf(value: string, other: string | undefined): number {
  if (other === undefined) return 0;
  let at = 0;
  while (at < value.length && value[at] === other[at]) at += 1;
  return at;
}

/** The piece of a text around `at`. */
function cut(text: string, at: number): string {
  const from = at > EXCERPT_MAX / 2 ? at - 30 : 0;
  const piece = text.slice(from, from + EXCERPT_MAX);
  const shown = piece === '' ? 'empty' : piece;
  return `${from > 0 ? '…' : ''}${shown}${from + EXCERPT_MAX < text.length ? '…' : ''}`;
}
