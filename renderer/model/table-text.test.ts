import { expect, it } from 'vitest';
import { UNITS } from '../../node/contract/trace.ts';
import { fixtureRun, seeded } from './run.fixture.ts';
import { newRow } from './row.ts';
import { tableText } from './table-text.ts';
import { emptyWorld, reduce } from './world.ts';

const told = fixtureRun({ processes: 3, messages: 60, random: seeded(5) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const rows = world.messages;

it('gives every message as JSON with its whole ids', () => {
  const records = JSON.parse(tableText(world, rows, 'json')) as readonly Record<string, unknown>[];
  expect(records.map(({ id, to, slot, action, status }) => ({ id, to, slot, action, status }))).toEqual(
    rows.map(({ id, to, slot, action, status }) => ({ id, to, slot, action, status })),
  );
  expect(records.every(({ time }) => !Number.isNaN(Date.parse(String(time))))).toBe(true);
});

it('gives the same as CSV, a line each below the names of the fields', () => {
  const lines = tableText(world, rows, 'csv').split('\r\n');
  expect(lines.length).toBe(rows.length + 2);
  expect(lines[0]).toMatch(/^time,slot,cron,id,from,/);
  expect(lines.at(-1)).toBe('');
  expect(lines[1]?.split(',')[3]).toBe(rows[0]?.id);
});

it('keeps quotes, commas and lines of what was sent, and lets no spreadsheet run it', () => {
  const [first] = rows;
  if (first === undefined) throw new Error('the run is empty');
  const hostile = Object.assign(newRow(null, first.to, first.place), { action: '=HYPERLINK("http://x")', preview: 'a,"b"\nc' });
  const [, ...rest] = tableText(world, [hostile], 'csv').split('\r\n');
  const text = rest.join('\r\n');
  expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(text).toContain('"a,""b""\nc"');
});
