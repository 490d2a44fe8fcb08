import { ERRORS, type ErrorCode } from '../../../node/contract/errors.ts';
import type { ProcessId, Slot } from '../../../node/contract/ids.ts';
import { consoleOf, type ConsoleLine } from '../../model/console.ts';
import { rowAt, slotsOf } from '../../model/lookup.ts';
import { whoWithin, type OwnWallets } from '../../model/own-wallets.ts';
import { keyOf, type MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import type { LocalLine } from '../../stores/console-store.ts';

/** Lines shown of the code that was evaluated: enough to know it again. */
const INPUT_LINES = 4;
/** How far back a prompt is looked for. */
const PROMPT_SLOTS = 100;

/** One entry of the console as it is drawn. */
export interface ShownLine {
  readonly key: string;
  /** Null for what is of no slot: the console's own words, and what a dry run gave. */
  readonly slot: Slot | null;
  /** The cron message that it belongs to; null for the slot's own. */
  readonly cron: MessageRow | null;
  readonly kind: 'input' | 'output' | 'error' | 'source' | 'waiting' | 'note';
  readonly text: string;
  /** What an error is called in the table; null for what is no error. */
  readonly code: ErrorCode | null;
  /** What to do about an error; null for what is no error. */
  readonly cure: string | null;
  /** Of a dry run. */
  readonly isDry: boolean;
}

/**
 * The console's lines with what led to each: an Eval's code (its first 256 characters), or the message that made a
 * handler print. A slot's code stands once, however much it printed.
 */
export function shownLines(world: World, process: ProcessId, own: OwnWallets): readonly ShownLine[] {
  const shown: ShownLine[] = [];
  let before: string | null = null;
  for (const line of consoleOf(world, process)) {
    const place = placeOf(line);
    if (place !== before) shown.push(headOf(world, process, line, own));
    before = place;
    if (line.kind === 'silent') continue;
    const code = line.kind === 'error' ? ((line.cron ?? rowAt(world, process, line.slot))?.code ?? 'SLOT_ERROR') : null;
    shown.push({
      key: `${place}:${line.kind}`,
      slot: line.slot,
      cron: line.cron,
      kind: line.kind,
      text: line.kind === 'waiting' ? 'running …' : line.text,
      code,
      cure: code === null ? null : ERRORS[code].cure,
      isDry: false,
    });
  }
  return shown;
}

/**
 * The lines of the slots with those of no slot among them, each behind the slot that was the newest when it was written.
 * @param until the last slot of which all is shown; of later ones that is shown which was typed. Null for all.
 */
export function withLocal(lines: readonly ShownLine[], local: readonly LocalLine[], until: number | null): readonly ShownLine[] {
  if (local.length === 0 && until === null) return lines;
  const all: ShownLine[] = [];
  let next = 0;
  let typedAt = -1;
  const put = (upTo: number): void => {
    for (let line = local[next]; line !== undefined && line.after < upTo; line = local[++next]) all.push(ofLocal(line));
  };
  for (const line of lines) {
    // A cron message before a slot that is not there yet came after the newest one.
    const slot = line.slot ?? 0;
    if (line.kind === 'input') typedAt = slot;
    const isNewer = until !== null && (line.cron === null ? slot > until : slot > until + 1);
    // What was typed is answered all the same.
    if (isNewer && (line.cron !== null || slot !== typedAt)) continue;
    put(slot);
    all.push(line);
  }
  put(Infinity);
  return all;
}

function ofLocal({ id, kind, text, code, cure, isDry }: LocalLine): ShownLine {
  const shown = kind === 'input' ? firstLines(text, false) : text;
  return { key: `local:${id}`, slot: null, cron: null, kind, text: shown, code, cure, isDry };
}

/** The prompt that the process gave last; an error gives none. */
export function promptOf(world: World, process: ProcessId): string | null {
  const slots = slotsOf(world, process);
  for (let slot = slots.length - 1; slot >= Math.max(0, slots.length - PROMPT_SLOTS); slot -= 1) {
    const prompt = slots[slot]?.prompt ?? null;
    if (prompt !== null) return prompt;
  }
  return null;
}

function placeOf({ slot, cron }: ConsoleLine): string {
  return cron === null ? String(slot) : keyOf(cron);
}

function firstLines(code: string, isCut: boolean): string {
  const lines = code.trimEnd().split('\n');
  const first = lines.slice(0, INPUT_LINES).join('\n');
  return isCut || lines.length > INPUT_LINES ? `${first} …` : first;
}

function headOf(world: World, process: ProcessId, line: ConsoleLine, own: OwnWallets): ShownLine {
  const base = { key: `${placeOf(line)}:head`, slot: line.slot, cron: line.cron, code: null, cure: null, isDry: false };
  if (line.cron !== null) return { ...base, kind: 'source', text: line.action ?? 'cron' };
  const row = rowAt(world, process, line.slot);
  if (line.action === 'Eval' && row?.preview !== null && row?.preview !== undefined) {
    return { ...base, kind: 'input', text: firstLines(row.preview, row.dataBytes > row.preview.length) };
  }
  if (line.slot === 0) return { ...base, kind: 'source', text: 'spawned' };
  return {
    ...base,
    kind: 'source',
    text: `${line.action ?? 'message'} from ${whoWithin(world, line.from, own)}`,
  };
}
