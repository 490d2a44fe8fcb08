import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Progress } from '../../node/contract/timeline.ts';
import { exportRecording } from '../../node/workspace/recording/export.ts';
import { startNode } from '../kit/node.ts';

it('an export tells how far it has come, and leaves nothing behind when it is cancelled', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const node = await startNode();
  const process = await node.spawn('Count = 0 Handlers.add("inc", "Inc", function() Count = Count + 1 end)');
  let last = 0;
  for (let round = 0; round < 5; round++) {
    const sent = await Promise.all(Array.from({ length: 50 }, () => node.send(process, 'Inc', '')));
    last = Math.max(last, ...sent.map(({ slot }) => slot));
  }
  await node.result(process, last);
  const wish = { processes: [process], note: '', app: 'test', lua: null };

  const stop = new AbortController();
  const tell = ({ done }: Progress): void => {
    if (done > 100) stop.abort();
  };
  const cancelled = exportRecording(node.node.ask, { ...wish, file: join(folder, 'cancelled') }, { tell, signal: stop.signal });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(folder)).toEqual([]);

  const told: Progress[] = [];
  await exportRecording(node.node.ask, { ...wish, file: join(folder, 'whole') }, { tell: (progress) => void told.push(progress) });
  expect(readdirSync(folder)).toEqual(['whole']);
  expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((one, other) => one - other));
  expect(told.at(-1)).toMatchObject({ done: 2 * (last + 1), of: 2 * (last + 1) });
  expect(told.length).toBeGreaterThan(2);
});
