import { nameOf } from './lookup.ts';
import type { MessageRow } from './rows.ts';
import type { World } from './world.ts';

export type TableFormat = 'csv' | 'json';

/** Messages as text to take elsewhere: one object or one line each, in the order given, with whole ids and no picture's shortenings. */
export function tableText(world: World, rows: readonly MessageRow[], format: TableFormat): string {
  const records = rows.map((row) => recordOf(world, row));
  return format === 'json' ? `${JSON.stringify(records, null, 2)}\n` : csvOf(records);
}

type Cell = string | number | null;
type Row = Readonly<Record<(typeof FIELDS)[number], Cell>>;
const FIELDS = [
  'time',
  'slot',
  'cron',
  'id',
  'from',
  'fromName',
  'to',
  'toName',
  'type',
  'action',
  'status',
  'error',
  'gas',
  'ms',
  'hops',
  'journey',
  'bytes',
  'data',
] as const;

function recordOf(world: World, row: MessageRow): Row {
  const isEvaluated = row.evaluatedAtMs !== null;
  return {
    time: new Date(row.assignedAtMs ?? row.receivedAtMs ?? row.place.ms).toISOString(),
    slot: row.slot,
    cron: row.cron === null ? null : `${row.cron.name} before ${row.cron.slot}`,
    id: row.id,
    from: row.from,
    fromName: nameIn(world, row.from),
    to: row.to,
    toName: nameIn(world, row.to),
    type: row.type,
    action: row.action,
    status: row.status,
    error: row.error,
    gas: isEvaluated ? row.gasUsed : null,
    ms: isEvaluated ? row.durationMs : null,
    hops: row.hops,
    journey: row.journey,
    bytes: row.dataBytes,
    data: row.preview,
  };
}

function nameIn(world: World, id: string | null): string | null {
  return id !== null && world.processById.has(id) ? nameOf(world, id) : null;
}

/** Lines as RFC 4180 has them. */
function csvOf(records: readonly Row[]): string {
  const lines = records.map((record) => FIELDS.map((field) => csvCell(record[field])).join(','));
  return [FIELDS.join(','), ...lines, ''].join('\r\n');
}

/** Ids may begin with a dash, and are no formulas. */
const ID = /^[\w-]{43}$/;

/** What a stranger has sent must not run as a formula in somebody's spreadsheet: such a text gets an apostrophe in front. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) && !ID.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
