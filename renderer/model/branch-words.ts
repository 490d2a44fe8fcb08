import type { BranchEdit, BranchLine, BranchRow } from '../../node/contract/branch.ts';
import { nameOf, rowAt } from './lookup.ts';
import type { World } from './world.ts';

/** What a message is called: its action, or what it is. */
export function messageWords(world: World, process: string, slot: number): string {
  const row = rowAt(world, process, slot);
  return row?.type === 'Process' ? 'spawn' : (row?.action ?? 'message');
}

/** One change, as a person would say it. */
export function editWords(world: World, edit: BranchEdit): string {
  const of = nameOf(world, edit.process);
  const message = (slot: number): string => `${messageWords(world, edit.process, slot)}, slot ${slot} of ${of}`;
  switch (edit.kind) {
    case 'edit':
      return edit.tags === null ? `Other code in slot ${edit.slot} of ${of}` : `Edit ${message(edit.slot)}`;
    case 'skip':
      return `Without ${message(edit.slot)}`;
    case 'duplicate':
      return `Again ${message(edit.slot)}, after slot ${edit.after}`;
    case 'move':
      return `${edit.after < edit.slot ? 'Earlier' : 'Later'}: ${message(edit.slot)}, after slot ${edit.after}`;
    case 'inject':
      return `New ${edit.tags.find(({ name }) => name === 'Action')?.value ?? 'message'} to ${of}, after slot ${edit.after}`;
    case 'clock':
      return `Clock of ${of} ${durationWords(edit.shiftMs)} on, from slot ${edit.slot}`;
    case 'module':
      return `${of} on module ${edit.module.slice(0, 6)}…`;
  }
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const;
export type DurationUnit = (typeof UNITS)[number][0];
export const DURATION_UNITS: readonly DurationUnit[] = UNITS.map(([name]) => name);

/** A length of time in the largest unit in which it is whole. */
export function durationParts(ms: number): { readonly count: number; readonly unit: DurationUnit } {
  const [unit, unitMs] = UNITS.find(([, one]) => ms > 0 && ms % one === 0) ?? ['second', 1_000];
  return { count: ms / unitMs, unit };
}

export function durationMs(count: number, unit: DurationUnit): number {
  return Math.round(count * (UNITS.find(([name]) => name === unit)?.[1] ?? 1));
}

function durationWords(ms: number): string {
  const { count, unit } = durationParts(ms);
  return `${counted(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/** Thousands apart. */
export function counted(value: number): string {
  return value.toLocaleString('en-US');
}

/** What a draft is called where nobody has named it. */
export function nameOfEdits(world: World, edits: readonly BranchEdit[]): string {
  const [first] = edits;
  if (first === undefined) return 'Nothing is changed yet';
  return edits.length === 1 ? editWords(world, first) : `${editWords(world, first)}, and ${edits.length - 1} more`;
}

/** How many messages of a process went as they did: "38 the same, 3 different, 1 only here". */
export function countsWords({ alike, different, added, missingCount, mended, broken }: BranchLine): string {
  const parts = [
    `${counted(alike)} the same`,
    `${counted(different)} different`,
    ...(added > 0 ? [`${counted(added)} only here`] : []),
    ...(missingCount > 0 ? [`${counted(missingCount)} not here`] : []),
    ...(broken > 0 ? [`${counted(broken)} ${broken === 1 ? 'fails' : 'fail'} now`] : []),
    ...(mended > 0 ? [`${counted(mended)} ${mended === 1 ? 'fails' : 'fail'} no more`] : []),
  ];
  return parts.join(', ');
}

/** What became of one line of a branch's story. */
export function rowResult({ origin, isAlike, error }: BranchRow): {
  readonly words: string;
  readonly tone: 'same' | 'different' | 'only' | 'gone';
} {
  if (origin === 'left out') return { words: 'not here', tone: 'gone' };
  if (isAlike === null) return { words: error === null ? 'only here' : 'only here, fails', tone: 'only' };
  if (isAlike) return { words: error === null ? 'the same' : 'the same, fails', tone: 'same' };
  return { words: error === null ? 'different' : 'different, fails', tone: 'different' };
}
