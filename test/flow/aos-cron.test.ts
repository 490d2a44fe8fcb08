import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { nodeClock } from '../../node/contract/clock.ts';
import { startNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const START = Date.parse('2030-01-01T00:00:00Z');

/** Handlers as people write them for a cron, and one beat that nobody handles: it lands in the Inbox. */
const SOURCE = `
Beats, Blocks = {}, {}
Handlers.add("beat", "Beat", function(msg)
  assert(msg.Cron and msg.Id == nil and msg.Data == nil and msg.From == Owner and msg.Owner == Owner, "not as a cron message is")
  assert(msg.Target == ao.id and msg.Tags.Colour == "blue" and msg.Colour == "blue", "not with its own tags")
  table.insert(Beats, math.floor(msg.Timestamp))
end)
Handlers.add("block", "Block", function(msg)
  table.insert(Blocks, math.floor(msg["Block-Height"]))
  Send({ Target = Listener, Action = "Heard", Data = tostring(#Blocks) })
end)`;
const CRON = [
  { name: 'Cron-Interval', value: '20-seconds' },
  { name: 'Cron-Tag-Action', value: 'Beat' },
  { name: 'Cron-Tag-Colour', value: 'blue' },
  { name: 'Cron-Interval', value: '2-blocks' },
  { name: 'Cron-Tag-Action', value: 'Block' },
  // As the aos terminal's --cron writes it; nobody here handles it.
  { name: 'Cron-Interval', value: '1-minute' },
  { name: 'Cron-Tag-Action', value: 'Cron' },
];

describe.skipIf(modules === undefined)('the real aos 2.0.6 under a simulated clock', () => {
  it(
    'wakes up by time and by block, keeps what nobody handles, is pushed while monitored, and replays equal',
    { timeout: 180_000 },
    async () => {
      const made = await startNode({ clock: { startMs: START, rate: null } });
      const { ask } = made.node;
      const clock = nodeClock(ask);
      const { blockHeight: genesis } = await clock.state();
      const { module } = await ask('gateway.known', { data: readFileSync(modules?.['aos-2.0.6'].path ?? '').toString('base64url') });
      const hears = await made.spawn('Heard = {}\nHandlers.add("heard", "Heard", function(msg) table.insert(Heard, msg.Data) end)');
      const aos = await made.spawn(`Listener = "${hears}"${SOURCE}`, [{ name: 'Module', value: module }, ...CRON]);
      await ask('mu.monitor', { process: aos });

      // Blocks come at one minute, three, five and seven.
      await clock.step(7 * 60 + 5);
      await made.idle();
      const { ticks } = await ask('cu.cron', { process: aos, after: null, limit: 1_000 });
      expect(ticks.flatMap(({ error }) => error ?? [])).toEqual([]);
      const beats = Array.from({ length: 21 }, (_, index) => START + (index + 1) * 20_000);
      expect(await made.evaluate(aos, 'return table.concat(Beats, " ")')).toContain(beats.join(' '));
      expect(await made.evaluate(aos, 'return table.concat(Blocks, " ")')).toContain(`${genesis + 2} ${genesis + 4}`);
      expect(await made.evaluate(hears, 'return table.concat(Heard, " ")')).toBe('1 2');
      const unhandled = 'local n, last = 0 for _, m in ipairs(Inbox) do if m.Action == "Cron" then n = n + 1 last = m end end';
      expect(
        await made.evaluate(aos, `${unhandled} return n .. " " .. tostring(last.Cron) .. " " .. tostring(last.Id) .. " " .. last.From`),
      ).toContain(`7 true nil ${made.wallet.address}`);

      await made.restart();
      await nodeClock(made.node.ask).step(20);
      expect(await made.evaluate(aos, 'return #Beats')).toMatch(/22$/);
      expect(await made.node.ask('cu.verify', { process: aos })).toMatchObject({ firstDifference: null });
    },
  );
});
