import { structuredPatch } from 'diff';
import type { CodeChange, CodeLine } from '../../contract/deploy.ts';
import { toSlot, type ProcessId } from '../../contract/ids.ts';
import { itemType, tagValue, type Item, type LogEntry } from '../../contract/item.ts';
import type { Client } from '../../contract/rpc.ts';
import { sha256Text } from '../../item/hash.ts';

const PAGE = 100;
/** A process that was sent so much since its code is not read back further. */
const PAGES_MAX = 10;
/** Lines around a change. */
const CONTEXT = 3;
const SHOWN_MAX = 400;
/** Two texts that have nothing in common take long to be told apart. */
const COMPARE_MS = 2_000;

/**
 * The code that a process was given last, from its log on the network: what is found is it, as its hash says.
 * @param hash of that code, as it was written down
 * @returns null where it is not among the last thousand messages and not in the process item. @throws AoError what the units say.
 */
export async function liveCode(ask: Client['ask'], process: ProcessId, hash: string): Promise<string | null> {
  const { slotLatest, item } = await ask('su.process', { process });
  for (let page = 0, end = slotLatest + 1; page < PAGES_MAX && end > 1; page++) {
    const first = Math.max(1, end - PAGE);
    for (const { message } of (await logPart(ask, process, first, end)).toReversed()) {
      const found = message === null ? null : codeIn(message, hash);
      if (found !== null) return found;
    }
    end = first;
  }
  return codeIn(item, hash);
}

/** Slots of a log from `from` up to `end`; fewer where the scheduler shows no more. It may cut a page where that grows large. */
async function logPart(ask: Client['ask'], process: ProcessId, from: number, end: number): Promise<readonly LogEntry[]> {
  const all: LogEntry[] = [];
  while (from < end) {
    const { entries } = await ask('su.log', { process, from: toSlot(from), limit: end - from });
    const last = entries.at(-1);
    if (last === undefined) break;
    all.push(...entries);
    from = last.assignment.slot + 1;
  }
  return all;
}

/** Code of that hash in an Eval or a process item, where the ids of others may stand in front of it. */
function codeIn({ tags, data }: Item, hash: string): string | null {
  if (data === null || (itemType(tags) !== 'Process' && tagValue(tags, 'Action') !== 'Eval')) return null;
  if (sha256Text(data) === hash) return data;
  if (!data.startsWith('Peers = {')) return null;
  for (let at = data.indexOf('} '); at !== -1 && !data.slice(0, at).includes('\n'); at = data.indexOf('} ', at + 1)) {
    const code = data.slice(at + 2);
    if (sha256Text(code) === hash) return code;
  }
  return null;
}

/** Line by line; null where the two have so little in common that it would take too long to say. */
export function codeChange(before: string, after: string): CodeChange | null {
  const patch = structuredPatch('', '', before, after, '', '', { context: CONTEXT, timeout: COMPARE_MS });
  if (patch === undefined) return null;
  const parts = patch.hunks.map(({ lines }) => lines.filter((line) => !line.startsWith('\\')).map(lineOf));
  const count = (is: CodeLine['is']): number => parts.reduce((sum, lines) => sum + lines.filter((line) => line.is === is).length, 0);
  let left = SHOWN_MAX;
  const shown = parts.flatMap((lines) => {
    const some = lines.slice(0, left);
    left -= some.length;
    return some.length === 0 ? [] : [some];
  });
  const all = parts.reduce((sum, { length }) => sum + length, 0);
  return { out: count('out'), in: count('in'), parts: shown, unshown: all - (SHOWN_MAX - left) };
}

function lineOf(line: string): CodeLine {
  return { is: line.startsWith('-') ? 'out' : line.startsWith('+') ? 'in' : 'same', text: line.slice(1) };
}
