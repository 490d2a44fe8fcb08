import type { Outcome, OutboxAssignment, OutboxMessage, OutboxSpawn } from '../contract/outcome.ts';

/** One thing to deliver out of an outcome, in the reference's order: messages, spawns, assignments. */
export type Entry =
  | { readonly kind: 'message'; readonly value: OutboxMessage }
  | { readonly kind: 'spawn'; readonly value: OutboxSpawn }
  | { readonly kind: 'assignment'; readonly value: OutboxAssignment; readonly process: string };

export function entriesOf({ messages, spawns, assignments }: Outcome): Entry[] {
  return [
    ...messages.map((value): Entry => ({ kind: 'message', value })),
    ...spawns.map((value): Entry => ({ kind: 'spawn', value })),
    ...assignments.flatMap((value) => value.Processes.map((process): Entry => ({ kind: 'assignment', value, process }))),
  ];
}

/** What an entry asks for, as the program wrote it; null where it wrote nothing of the kind. */
export function actionOf(entry: Entry): string | null {
  if (entry.kind === 'assignment') return null;
  const value = entry.value.Tags.find(({ name }) => name === 'Action')?.value;
  return typeof value === 'string' ? value.slice(0, ACTION_CHARACTERS) : null;
}

const ACTION_CHARACTERS = 200;

/** Where an entry is to go, as the program wrote it; '' for a spawn. */
export function targetOf(entry: Entry): string {
  const target = entry.kind === 'message' ? String(entry.value.Target) : entry.kind === 'assignment' ? entry.process : '';
  return target.slice(0, 64);
}
