import { toSlot, type ProcessId } from '../../contract/ids.ts';
import { tagValue, type Item, type LogEntry } from '../../contract/item.ts';
import type { CuPorts } from '../ports.ts';
import { logOf } from '../program.ts';
import type { Line } from './line.ts';
import type { LinePlan } from './plan.ts';

/** What the main line knows of one process: its log from the branch's first time on. */
export interface MainLog {
  readonly entries: readonly LogEntry[];
  /** Pushed messages by their sender and anchor: a process numbers what it sends there. */
  readonly pushed: ReadonlyMap<string, LogEntry>;
  /** The height that messages get in a process without a main line; null where there is one. */
  readonly height: number | null;
}

/** The height at which a slot was assigned, or the newest one where it is not there. */
export function heightAt(entries: readonly LogEntry[], slot: number): number {
  return (entries[slot] ?? entries.at(-1))?.assignment.blockHeight ?? 0;
}

/** The whole log of a process. */
export async function readMainLog(ports: CuPorts, process: ProcessId): Promise<MainLog> {
  const { slotLatest } = await ports.ask('su.process', { process });
  const entries: LogEntry[] = [];
  const pushed = new Map<string, LogEntry>();
  for await (const entry of logOf(ports, process, 0, toSlot(slotLatest))) {
    entries.push(entry);
    const sender = entry.message === null ? null : tagValue(entry.message.tags, 'From-Process');
    if (sender !== null && entry.message !== null) pushed.set(`${sender} ${entry.message.anchor}`, entry);
  }
  return { entries, pushed, height: null };
}

/** Edited processes may reach each other: each begins where the first of them does, since it may get something else from then on. */
export async function startTogether(
  plans: readonly LinePlan[],
  mainLog: (process: ProcessId) => Promise<MainLog>,
): Promise<readonly LinePlan[]> {
  const times = await Promise.all(
    plans.map(async ({ process }) => (await mainLog(process)).entries.map(({ assignment }) => assignment.timestampMs)),
  );
  // Nothing is shared with one that begins before its own slot 0.
  const firstMs = Math.min(...plans.map(({ base }, index) => (base < 0 ? (times[index]?.[0] ?? 0) - 1 : (times[index]?.[base] ?? 0))));
  return plans.map((plan, index) => ({ ...plan, base: Math.min(plan.base, times[index]?.findLastIndex((ms) => ms <= firstMs) ?? -1) }));
}

/** Who sent an item, as its receiver sees it. */
export function senderOf({ tags, address }: Item): string {
  return tagValue(tags, 'From-Process') ?? address;
}

/** Who signs for a process: whoever did on the main line, or whom the process trusts first. */
export function messengerOf(delivered: LogEntry | null, line: Line): string {
  return delivered?.message?.address ?? line.program.env.Process.Tags.find(({ name }) => name === 'Authority')?.value ?? line.process;
}
