import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startHeadless } from '../../node/cli/headless.ts';
import { newProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const ALL = { files: null, pattern: null, module: null };

it(
  'windows that ask for the same tests at once share a run; what was changed since it began is run anew',
  { timeout: 120_000 },
  async () => {
    const project = newProject({
      'aoscope.json': JSON.stringify({ version: 1, name: 'Counter', processes: [{ name: 'counter', source: 'counter.lua' }] }),
      'counter.lua': 'Count = 0\nHandlers.add("add", "Add", function() Count = Count + 1 end)\n',
      'tests/counter.test.lua': `it("counts", function()
  local counter = spawnAll().counter
  for _ = 1, 50 do send(counter, { Action = "Add" }) end
  expect(state(counter, "Count")).equals(50)
end)
`,
    });
    onTestFinished(() => project.remove());
    const home = mkdtempSync(join(tmpdir(), 'aoscope-at-once-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    const app = await startHeadless(OUT, home, null, project.path);
    onTestFinished(app.stop);
    await app.ready;
    const { ask, on } = app.hub;
    let begun = 0;
    let changed = 0;
    on('tests.event', ({ kind }) => void (begun += kind === 'started' ? 1 : 0));
    on('files.changed', () => void changed++);

    const [one, other] = await Promise.all([ask('tests.run', ALL), ask('tests.run', ALL)]);
    expect(one).toMatchObject({ passed: 1, failed: 0, broken: 0 });
    expect(other).toEqual(one);
    expect(begun).toBe(1);

    // Who leaves takes it from nobody.
    const stop = new AbortController();
    const left = ask('tests.run', ALL, stop.signal);
    const stays = ask('tests.run', ALL);
    await vi.waitUntil(() => begun === 2, { timeout: 60_000 });
    stop.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await stays).toMatchObject({ passed: 1, failed: 0, broken: 0 });

    const before = ask('tests.run', ALL);
    await vi.waitUntil(() => begun === 3, { timeout: 60_000 });
    await ask('files.write', { path: 'counter.lua', text: 'Count = 0\n', version: null });
    await vi.waitUntil(() => changed > 0, { timeout: 60_000 });
    expect(await ask('tests.run', ALL)).toMatchObject({ passed: 0, failed: 1, broken: 0 });
    await before;
    expect(begun).toBe(4);
  },
);
