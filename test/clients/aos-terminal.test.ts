import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDataItemSigner } from '@permaweb/aoconnect';
import { describe, expect, test } from 'vitest';
import { ensureAosTerminalForTests } from '../../build/setup/aos-terminal-for-tests.mjs';
import { ensureModulesForTests, type ModuleForTests } from '../../build/setup/modules-for-tests.mjs';
import { aosSnippet } from '../../node/contract/snippets.ts';
import { toProcessId, type ProcessId } from '../../node/contract/ids.ts';
import { standInsOf } from '../../node/contract/stand-ins.ts';
import type { NetworkProfile } from '../../node/contract/network.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { legacy, placesOf, type Signer } from './aoconnect.ts';
import { createHome, hasPty, startTerminal, type Terminal } from './aos-terminal.ts';

const program = await ensureAosTerminalForTests();
const modules = await ensureModulesForTests();
const LONG = { timeout: 5 * 60_000 };
/** What `--sqlite` spawns on, and the module with SQLite that can be had. */
const TERMINAL_SQLITE = 'ei1VSwheQnNIG87iqlwxiQk-sWY5ikj4DFBxcpFZ-S4';
const SQLITE = 'ghSkge2sIUD_F00ym5sEimC63BDBuBrq4b5OcwxOjiw';

/** A person with a home folder before a node of their own. */
interface Desk {
  readonly made: TestNode;
  readonly home: string;
  /** Starts `aos` with these arguments, in legacy mode. */
  aos(args: readonly string[], home?: string): Terminal;
  /** Writes a file into the home folder. */
  write(name: string, text: string): void;
}

/** @param real the modules of the network that are there; without any, our Lua stands in for the terminal's. */
async function desk(real: readonly ModuleForTests[] = [], network: Partial<NetworkProfile> = {}): Promise<Desk> {
  const made = await startNode({ http: true, network });
  for (const name of real) await made.node.ask('gateway.known', { data: readFileSync(modules?.[name].path ?? '').toString('base64url') });
  // The line that `aoscope node` prints.
  const line = aosSnippet({ urls: made.node.urls, scheduler: null, authority: null, luaModule: null });
  const env = Object.fromEntries([...line.matchAll(/(\w+_URL)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
  const home = createHome();
  return {
    made,
    home,
    aos: (args, other = home) => startTerminal(program ?? '', { home: other, args: [...args, '--legacy'], env, cwd: home }),
    write(name, text) {
      mkdirSync(join(home, name, '..'), { recursive: true });
      writeFileSync(join(home, name), text);
    },
  };
}

const PROMPT = /\S+@aos-2\.0\.4\[Inbox:\d+\]> $/;
/** Of modules before aos 2. */
const OLD_PROMPT = /aos> $/;

/** The process that a terminal has found or spawned, once its prompt is there. */
async function started(terminal: Terminal, prompt = PROMPT): Promise<ProcessId> {
  await terminal.shows(prompt);
  return toProcessId(/Your AOS Process: (\S{43})/.exec(terminal.screen())?.[1] ?? '');
}

/** Types a line and waits for `answer`, behind the echo of the line and before the next prompt. */
async function says(terminal: Terminal, line: string, answer: RegExp | string, prompt = PROMPT): Promise<string> {
  const wanted = typeof answer === 'string' ? answer.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`) : answer.source;
  terminal.type(line);
  return terminal.shows(new RegExp(`\\n> [^\\n]*\\n[^]*(?:${wanted})[^]*${prompt.source}`));
}

describe.skipIf(program === undefined || !hasPty)('the aos terminal', () => {
  test.for(['our Lua', 'aos-2.0.6'] as const)(
    'spawns by name, finds the process again and evaluates, on %s',
    LONG,
    async (on, { skip }) => {
      skip(on !== 'our Lua' && modules === undefined, 'the modules of the network are missing');
      const { made, aos, home } = await desk(on === 'our Lua' ? [] : [on]);
      const first = aos(['alice', '--tag-name', 'Colour', '--tag-value', 'blue']);
      const process = await started(first);
      await says(first, '1 + 1', /\n2\n/);
      await says(first, '_VERSION', on === 'our Lua' ? 'Lua 5.4' : 'Lua 5.3');
      await says(first, 'Name .. " is " .. ao.id', `alice is ${process}`);
      await says(first, 'ao.env.Process.Tags.Colour', 'blue');
      await says(first, '{ a = 1, b = { true } }', 'a = 1');
      await says(first, 'error("went wrong")', 'went wrong');
      await says(first, 'local = 3', `<name> expected near '='`);
      // What is no text would end the terminal itself.
      await says(first, 'error({ code = 7 })', /code = 7|table/);
      await says(first, 'return nil, 42', '42');
      first.type('.editor');
      await first.shows('.done');
      for (const line of ['function double(n)', '  return n * 2', 'end', '.done']) first.type(line);
      await first.shows(PROMPT);
      await says(first, 'double(21)', '42');
      const { authority } = standInsOf((await made.node.ask('su.process', { process })).assignment);
      expect(authority).toBe(made.node.opened.mu.address);

      // The same home remembers it by itself; another one with the same wallet asks the gateway.
      expect(await started(aos(['alice']))).toBe(process);
      const moved = createHome(home);
      const elsewhere = aos(['alice'], moved);
      expect(await started(elsewhere)).toBe(process);
      await says(elsewhere, 'double(4)', '8');
      const list = aos(['--list'], moved);
      expect(await list.ended()).toBe(0);
      expect(list.screen()).toContain(`alice - ${process}`);
    },
  );

  test.for(['our Lua', 'aos-2.0.6'] as const)(
    'two terminals talk: live messages, Receive, files with require, on %s',
    LONG,
    async (on, { skip }) => {
      skip(on !== 'our Lua' && modules === undefined, 'the modules of the network are missing');
      const { aos, write } = await desk(on === 'our Lua' ? [] : [on]);
      write(
        'main.lua',
        'local words = require("lib.words")\nlocal answer = require("lib.deep.answer")\nHandlers.add("greet", "Greet", function(msg) print(words.heard .. msg.Data) end)\nHandlers.add("ask", "Ask", function(msg) msg.reply({ Data = answer(msg.Data) }) end)\n',
      );
      write('lib/words.lua', 'return { heard = "heard: " }');
      write('lib/deep/answer.lua', 'return function(question) return "answer to " .. question end');
      write('bad.lua', 'local x = 1\nlocal function deep()\n  error("bad file")\nend\ndeep()\n');
      const alice = aos(['alice', '--load', 'main.lua']);
      const process = await started(alice);
      const bob = aos(['bob']);
      await started(bob);
      await says(bob, `Send({ Target = "${process}", Action = "Greet", Data = "hello" }) ; return "sent"`, 'sent');
      await alice.shows('heard: hello');
      await says(bob, `got = Send({ Target = "${process}", Action = "Ask", Data = "life" }).receive().Data print("got " .. got)`, '');
      // The answer has a slot of its own: what is asked before it has come is answered before it.
      await bob.shows('got answer to life');
      await says(bob, 'got', 'answer to life');
      // Receive by itself, which another terminal ends.
      await says(alice, 'Receive({ Action = "News" }) ; fresh = true ; print("it is " .. "news")', '');
      await says(alice, 'tostring(fresh)', 'nil');
      await says(bob, `Send({ Target = "${process}", Action = "News" }) ; return "told"`, 'told');
      await alice.shows('it is news');
      await says(alice, 'tostring(fresh)', 'true');
      await says(alice, '.load main.lua', 'deep/answer.lua');
      await says(alice, 'require("lib.words").heard', 'heard: ');
      await says(alice, '.load bad.lua', /bad file[^]*bad\.lua/);
      await says(alice, '.load missing.lua', 'file not found');
      await says(alice, '.load-blueprint token', '');
      await says(alice, 'Ticker .. " " .. Denomination', 'PNTS 12');
      await says(bob, '.load-blueprint chatroom', '');
      await says(bob, 'type(Handlers.utils.hasMatchingTag) .. " " .. #Members', 'function 0');
    },
  );

  test('a process of --cron prints live while aoconnect monitors it, and another terminal watches', LONG, async () => {
    const { made, aos, home, write } = await desk();
    write('tick.lua', 'Ticks = 0 Handlers.add("cron", "Cron", function(msg) Ticks = Ticks + 1 print("tick " .. Ticks) end)');
    const terminal = aos(['clock', '--cron', '1-second', '--load', 'tick.lua']);
    const process = await started(terminal);
    const signer = (createDataItemSigner as (key: unknown) => Signer)(JSON.parse(readFileSync(join(home, '.aos.json'), 'utf8')));
    await legacy(placesOf(made.node.urls)).monitor({ process, signer });
    await terminal.shows(/tick 2[^]*tick [3-9]/);
    const watching = aos(['--watch', process]);
    await watching.shows(/Watching: \S+[^]*tick \d+/);
    await legacy(placesOf(made.node.urls)).unmonitor({ process, signer });
  });

  test('--data is evaluated on boot, --run gives its exit code, --module takes an id', LONG, async () => {
    const { made, aos, write } = await desk();
    write('boot.lua', 'Booted = "from " .. Name');
    const booted = aos(['booted', '--data', 'boot.lua', '--tag-name', 'On-Boot', '--tag-value', 'Data']);
    await started(booted);
    await says(booted, 'Booted', 'from booted');
    const good = aos(['booted', '--run', 'Booted .. "!"']);
    expect([await good.ended(), good.screen()]).toEqual([0, expect.stringContaining('from booted!')]);
    const bad = aos(['booted', '--run', 'error("no way")']);
    expect([await bad.ended(), bad.screen()]).toEqual([1, expect.stringContaining('no way')]);
    const byId = aos(['by-id', '--module', made.module, '--run', '"module " .. ao._module']);
    expect([await byId.ended(), byId.screen()]).toEqual([0, expect.stringContaining(`module ${made.module}`)]);
  });

  test.skipIf(modules === undefined)('--sqlite runs on the module that stands in for its own', LONG, async () => {
    const { made, aos } = await desk(['sqlite'], { modules: { [TERMINAL_SQLITE]: SQLITE } });
    const terminal = aos(['database', '--sqlite']);
    const process = await started(terminal, OLD_PROMPT);
    await says(terminal, 'type(require("lsqlite3").open_memory())', 'userdata', OLD_PROMPT);
    expect(standInsOf((await made.node.ask('su.process', { process })).assignment).module).toBe(SQLITE);
  });

  test('on a module that is nowhere the spawn fails and the terminal ends', LONG, async () => {
    const { aos } = await desk();
    const terminal = aos(['database', '--sqlite']);
    expect([await terminal.ended(), terminal.screen()]).toEqual([
      1,
      expect.stringContaining('An Error occurred trying to contact your AOS process'),
    ]);
  });
});
