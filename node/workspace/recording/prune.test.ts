import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toProcessId } from '../../contract/ids.ts';
import { DATA_FOLDER } from '../inside.ts';
import { keepOrigin } from './home-origin.ts';
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

it('does not throw away what is half here of a process of a network, and does what has a recording of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-prune-'));
  try {
    const home = async (name: string, file: string | null): Promise<void> => {
      const data = join(folder, name, 'project', DATA_FOLDER);
      mkdirSync(data, { recursive: true });
      const addresses = { kind: 'units' as const, gateway: '', su: '', cu: '', mu: '' };
      await keepOrigin(join(folder, name), {
        process: toProcessId('p'.repeat(43)),
        name: '',
        network: 'there',
        addresses,
        of: 9,
        bytes: 0,
        file,
      });
      for (const path of [data, join(folder, name)]) utimesSync(path, 1_000, 1_000);
    };
    await home('home-half', null);
    await home('home-whole', '/somewhere/whole.aoscope');
    for (let count = 0; count < UNPACKED_MAX; count++) mkdirSync(join(folder, `run-${count}`, 'project'), { recursive: true });
    await pruneRecordings(folder, []);
    expect(readdirSync(folder)).toContain('home-half');
    expect(readdirSync(folder)).not.toContain('home-whole');
    expect(readdirSync(folder)).toHaveLength(UNPACKED_MAX + 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
