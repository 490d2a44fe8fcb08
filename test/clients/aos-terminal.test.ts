import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ensureAosTerminalForTests } from '../../build/setup/aos-terminal-for-tests.mjs';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toModuleId, toProcessId, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import { buildItem } from '../../node/item/build.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { placesOf } from './aoconnect.ts';
import { createHome, hasPty, startTerminal, type Terminal } from './aos-terminal.ts';

const program = await ensureAosTerminalForTests();
const modules = await ensureModulesForTests();
const MINUTES = 60_000;

/** A person with a home folder before a node of their own. */
interface Desk {
  readonly made: TestNode;
  readonly home: string;
  /** Starts `aos` with these arguments, in legacy mode. */
  aos(args: readonly string[], home?: string): Terminal;
}

async function desk(on: 'lua' | 'aos-2.0.6'): Promise<Desk> {
  const made = await startNode({ http: true });
  const module: ModuleId = on === 'lua' ? made.module : await publish(made, on);
  const { MU_URL, CU_URL, GATEWAY_URL } = placesOf(made);
  // An address that answers 404 means: no newer version of the terminal.
  const env = { MU_URL, CU_URL, GATEWAY_URL, UPDATE_URL: `${GATEWAY_URL}/none`, AOS_MODULE: module };
  const home = createHome();
  const aos = (args: readonly string[], other = home): Terminal =>
    startTerminal(program ?? '', { home: other, args: [...args, '--legacy'], env, cwd: home });
  return { made, home, aos };
}

/** The module as it stands on the network, under an id of its own. */
async function publish({ node, wallet }: TestNode, name: 'aos-2.0.6'): Promise<ModuleId> {
  const found = modules?.[name];
  if (found === undefined) throw new Error('the modules of the network are missing');
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: found.format },
    { name: 'Input-Encoding', value: 'JSON-1' },
    { name: 'Output-Encoding', value: 'JSON-1' },
    { name: 'Memory-Limit', value: '1-gb' },
    { name: 'Compute-Limit', value: '9000000000000' },
    { name: 'Name', value: 'real aos' },
  ];
  const { id } = await node.ask('gateway.upload', { item: buildItem(wallet, { tags, data: readFileSync(found.path) }).raw });
  return toModuleId(id);
}

const PROMPT = /\S+@aos-2\.0\.4\[Inbox:\d+\]> $/;
const processIn = (screen: string): ProcessId => toProcessId(/Your AOS Process: (\S{43})/.exec(screen)?.[1] ?? '');

/** Types a line and waits for `answer`, behind the echo of the line and before the next prompt. */
async function says(terminal: Terminal, line: string, answer: RegExp | string): Promise<string> {
  const wanted = typeof answer === 'string' ? answer.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`) : answer.source;
  terminal.type(line);
  return terminal.shows(new RegExp(`\\n> [^\\n]*\\n[^]*(?:${wanted})[^]*${PROMPT.source}`));
}

describe.skipIf(program === undefined || !hasPty).each(['lua', 'aos-2.0.6'] as const)('the aos terminal on %s', (on) => {
  const it = on === 'lua' ? test : test.skipIf(modules === undefined);

  it('spawns by name, finds the process again, evaluates lines and blocks, and says what is wrong', { timeout: 5 * MINUTES }, async () => {
    const { aos, home } = await desk(on);
    const first = aos(['alice', '--tag-name', 'Colour', '--tag-value', 'blue']);
    await first.shows(PROMPT);
    const process = processIn(first.screen());
    await says(first, '1 + 1', /\n2\n/);
    await says(first, 'Name .. " is " .. ao.id', `alice is ${process}`);
    await says(first, 'ao.env.Process.Tags.Colour', 'blue');
    await says(first, '{ a = 1, b = { true } }', 'a = 1');
    await says(first, 'error("went wrong")', 'went wrong');
    await says(first, 'local = 3', `<name> expected near '='`);
    await says(first, 'error({ code = 1 })', /code|table/);
    await says(first, 'return nil, 42', '42');
    first.type('.editor');
    await first.shows('.done');
    for (const line of ['function double(n)', '  return n * 2', 'end']) first.type(line);
    first.type('.done');
    await first.shows(PROMPT);
    await says(first, 'double(21)', '42');

    // The same home remembers it by itself; another one with the same wallet asks the gateway.
    const again = aos(['alice']);
    await again.shows(PROMPT);
    expect(processIn(again.screen())).toBe(process);
    const moved = createHome(home);
    const elsewhere = aos(['alice'], moved);
    await elsewhere.shows(PROMPT);
    expect(processIn(elsewhere.screen())).toBe(process);
    await says(elsewhere, 'double(4)', '8');
    const list = aos(['--list'], moved);
    expect(await list.ended()).toBe(0);
    expect(list.screen()).toContain(`alice - ${process}`);
  });
});
