import { expect, it, onTestFinished } from 'vitest';
import { newWallet, startBenchApp } from '../bench/kit.ts';

it('limits written into aoscope.json hold from the next message on', async () => {
  const bench = await startBenchApp();
  onTestFinished(bench.stop);
  const { hub } = bench.app;
  const wallet = newWallet();
  const process = await bench.spawn(wallet, 'Handlers.add("loop", "Loop", function() while true do end end)');
  const { project } = await hub.ask('project.current', {});
  const { text } = await hub.ask('files.read', { path: 'aoscope.json' });
  await hub.ask('files.write', {
    path: 'aoscope.json',
    text: JSON.stringify({ ...JSON.parse(text), limits: { gas: 5_000_000 } }),
    version: null,
  });
  await expect
    .poll(async () => (await hub.ask('project.current', {})).project?.manifest.limits, { timeout: 10_000 })
    .toEqual({ gas: 5_000_000 });
  expect(project?.manifest.limits).toBeUndefined();
  await expect
    .poll(
      async () => {
        const { slot } = await hub.ask('mu.send', { item: bench.message(wallet, process, 'Loop').raw });
        return slot === null ? null : (await hub.ask('cu.result', { process, slot })).verdict;
      },
      { timeout: 30_000 },
    )
    .toEqual({ kind: 'gas', limit: 5_000_000 });
}, 60_000);
