import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { clearReports, countDumps, readReports, writeReport } from './reports.ts';

test('what went wrong is read again, the newest first, and no more of it is kept than anybody reads', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'aoscope-reports-')), 'reports');
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  expect(readReports(folder)).toEqual([]);
  for (let at = 0; at < 60; at++) writeReport(folder, '0.1.0', `crash ${at}`, 'Error: why\n    at a line');
  writeFileSync(join(folder, '9999.report.json'), '{ "half"');
  const reports = readReports(folder);
  expect(reports.length).toBeLessThanOrEqual(50);
  expect(reports[0]).toMatchObject({ version: '0.1.0', text: 'Error: why\n    at a line' });
  expect(reports.map(({ at }) => at)).toEqual(
    reports
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
  // As Crashpad has it, which is running.
  for (const name of ['new', 'pending', 'completed']) mkdirSync(join(folder, name));
  for (const name of ['settings.dat', 'pending/1.dmp', 'pending/1.meta', 'completed/2.dmp']) writeFileSync(join(folder, name), 'memory');
  expect(countDumps(folder)).toBe(2);
  clearReports(folder);
  expect(readReports(folder)).toEqual([]);
  expect(countDumps(folder)).toBe(0);
  expect(readdirSync(folder).toSorted()).toEqual(['completed', 'new', 'pending', 'settings.dat']);
  expect(existsSync(join(folder, 'pending', '1.meta'))).toBe(false);
});
