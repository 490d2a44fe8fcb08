import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startHeadless } from '../../node/cli/headless.ts';
import { nodeClock } from '../../node/contract/clock.ts';
import { toSlot } from '../../node/contract/ids.ts';
import { newProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const BELL = `
Rung = Rung or 0
Handlers.add("tick", "Tick", function()
  Rung = Rung + 1
  print("ring " .. Rung)
  Send({ Target = Peers.tower, Action = "Rang", Data = tostring(Rung * (Weight or 1)) })
end)
Handlers.add("weigh", "Weigh", function(msg) Weight = tonumber(msg.Data) end)
`;
const TOWER = `
Sum = Sum or 0
Handlers.add("rang", "Rang", function(msg)
  Sum = Sum + tonumber(msg.Data)
  msg.reply({ Action = "Heard", Data = "in all " .. Sum })
end)
Handlers.add("sum", "Sum", function(msg) msg.reply({ Data = tostring(Sum) }) end)
`;

it(
  'what a cron began is saved as a test that goes the same way: its crons, the messages between them, and who watched',
  { timeout: 240_000 },
  async () => {
    const project = newProject({
      'aoscope.json': JSON.stringify({
        version: 1,
        name: 'Bell',
        processes: [
          { name: 'bell', source: 'bell.lua', tags: { 'Cron-Interval': '10-seconds', 'Cron-Tag-Action': 'Tick' } },
          { name: 'tower', source: 'tower.lua' },
        ],
      }),
      'bell.lua': BELL,
      'tower.lua': TOWER,
    });
    onTestFinished(() => project.remove());
    const home = mkdtempSync(join(tmpdir(), 'aoscope-bell-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    const app = await startHeadless(OUT, home, null, project.path);
    onTestFinished(app.stop);
    await app.ready;
    const { ask } = app.hub;
    const clock = nodeClock(ask);
    await clock.pause();
    await clock.step(0.4);
    const { processes } = await ask('project.run', {});
    const of = (name: string) => {
      const found = processes.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found.process;
    };
    const [bell, tower] = [of('bell'), of('tower')];
    // Two that nobody watches, a message, two that are heard, another message, and one more.
    await clock.step(25);
    await ask('wallet.send', { process: bell, tags: [{ name: 'Action', value: 'Weigh' }], data: '7' });
    await ask('mu.monitor', { process: bell });
    await clock.step(20);
    await ask('wallet.send', { process: bell, tags: [{ name: 'Action', value: 'Weigh' }], data: '100' });
    await clock.step(10);
    await ask('mu.idle', {});
    const { ticks } = await ask('cu.cron', { process: bell, after: null, limit: 100 });
    expect(ticks).toHaveLength(5);

    const last = ticks.at(-1);
    const { file } = await ask('tests.save', { process: bell, slot: last?.slot ?? toSlot(0), tick: last?.tick });
    const { text } = await ask('files.read', { path: file });
    expect(text).toContain('local begun = ticked(bell, "0-10-seconds")');
    expect(text).toContain('expect(begun:output()).equals("ring 5")');
    // 7 for the third and the fourth each time they rang, 100 for the fifth; the first two were not heard.
    expect(text).toMatch(/Data = "in all 549"|Data = "500"/);
    const first = await ask('tests.run', { files: [file], pattern: null, module: null });
    expect(first).toMatchObject({ passed: 1, failed: 0, broken: 0 });
    expect(await ask('tests.run', { files: [file], pattern: null, module: null })).toMatchObject({ passed: 1, failed: 0, broken: 0 });

    // So is one that somebody sent, after which crons had come.
    const { slot } = await ask('wallet.send', { process: tower, tags: [{ name: 'Action', value: 'Sum' }], data: '' });
    const sent = await ask('tests.save', { process: tower, slot });
    expect((await ask('files.read', { path: sent.file })).text).toContain('Data = "549"');
    expect(await ask('tests.run', { files: [sent.file], pattern: null, module: null })).toMatchObject({ passed: 1, failed: 0, broken: 0 });

    // Where it goes another way now, the test says so.
    await ask('files.write', { path: 'tower.lua', text: TOWER.replace('Sum + tonumber', 'Sum - tonumber'), version: null });
    expect(await ask('tests.run', { files: [file], pattern: null, module: null })).toMatchObject({ passed: 0, failed: 1 });
  },
);
