import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pruneRecordings, UNPACKED_MAX } from './prune.ts';

it('keeps the recordings that were opened last, and the one that is open however old it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-prune-'));
  try {
    const names = Array.from({ length: UNPACKED_MAX + 5 }, (_, age) => `run-${String(age).padStart(2, '0')}`);
    for (const [age, name] of names.entries()) {
      mkdirSync(join(folder, name, 'project'), { recursive: true });
      utimesSync(join(folder, name), 1_000_000 - age, 1_000_000 - age);
    }
    const open = names.at(-1) ?? '';
    await pruneRecordings(folder, [join(folder, open, 'project')]);
    expect(readdirSync(folder).toSorted()).toEqual([...names.slice(0, UNPACKED_MAX), open]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
