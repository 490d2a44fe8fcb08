import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { startHeadless } from '../../node/cli/headless.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { newProject, type TestProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const BANK = `Balances = Balances or { alice = 10, bob = 0 }
local fee = 1
local function move(from, to, amount)
  Balances[from] = Balances[from] - amount
  Balances[to] = (Balances[to] or 0) + amount - fee
  return Balances[to]
end
Handlers.add("Transfer", { Action = "Transfer" }, function(msg)
  local amount = tonumber(msg.Tags.Quantity)
  local after = move("alice", "bob", amount)
  print("moved " .. amount)
  Send({ Target = Peers.teller, Action = "Moved", Data = tostring(after) })
end)
Handlers.add("Break", { Action = "Break" }, function(msg)
  error("broken on purpose")
end)
`;
const TELLER = `Told = {}
Handlers.add("Moved", { Action = "Moved" }, function(msg)
  table.insert(Told, msg.Data)
end)
`;
/** The slots of the bank: its boot, its peers, transfers of 3, 4 and 5, and one that fails. */
const FIRST = 2;

let project: TestProject;
let home = '';

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'aoscope-debug-'));
  project = newProject({
    'bank.lua': BANK,
    'teller.lua': `${TELLER}-- Peers\n`,
    'aoscope.json': JSON.stringify({
      version: 1,
      name: 'bank',
      processes: [
        { name: 'bank', source: 'bank.lua' },
        { name: 'teller', source: 'teller.lua' },
      ],
    }),
  });
  const app = await startHeadless(OUT, home, null, project.path);
  try {
    await app.ready;
    const { processes } = await app.hub.ask('project.run', {});
    const bank = processes.find(({ name }) => name === 'bank')?.process ?? '';
    const send = (action: string, quantity: number): Promise<unknown> =>
      app.hub.ask('wallet.send', {
        process: bank as ProcessId,
        tags: [
          { name: 'Action', value: action },
          { name: 'Quantity', value: String(quantity) },
        ],
        data: '',
      });
    for (const quantity of [3, 4, 5]) await send('Transfer', quantity);
    await send('Break', 0);
    await app.hub.ask('mu.idle', {});
  } finally {
    await app.stop();
  }
}, 120_000);
afterAll(() => {
  project.remove();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

/** An editor, as far as the protocol shows it. */
class Editor extends DebugClient {
  readonly said: DebugProtocol.OutputEvent['body'][] = [];
  #child: ChildProcess | null = null;

  constructor() {
    super('', '', 'ao');
    this.defaultTimeout = 60_000;
    this.on('output', ({ body }: DebugProtocol.OutputEvent) => this.said.push(body));
  }

  /** Starts the command as an editor does. */
  begin(args: readonly string[]): void {
    const env = { ...process.env, AOSCOPE_HOME: home };
    const child = spawn(process.execPath, [join(OUT, 'node/cli.cjs'), 'debug-adapter', ...args], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.connect(child.stdout, child.stdin);
  }

  /** Ends the session; resolves with the command's exit code. */
  async leave(): Promise<number | null> {
    const child = this.#child;
    const code = child === null ? null : once(child, 'exit').then(([exit]: unknown[]) => (typeof exit === 'number' ? exit : null));
    if (child === null) await this.stop();
    else await this.disconnectRequest();
    return code;
  }

  /** Does something and gives where the process stands then. */
  async stopped(act: () => Promise<unknown>): Promise<Stand> {
    const event = this.waitForEvent('stopped');
    await act();
    const { body } = (await event) as DebugProtocol.StoppedEvent;
    const { stackFrames } = (await this.stackTraceRequest({ threadId: body.threadId ?? 0, startFrame: 0, levels: 1 })).body;
    const [top] = stackFrames;
    return {
      ...body,
      threadId: body.threadId ?? 0,
      frame: top?.id ?? 0,
      at: `${top?.source?.name ?? top?.source?.path ?? ''}:${top?.line}`,
      name: top?.name ?? '',
    };
  }

  /** Launches and stands at the entry. */
  async enter(args: object, set: () => Promise<unknown> = () => Promise.resolve()): Promise<Stand> {
    await this.initializeRequest();
    const initialized = this.waitForEvent('initialized');
    await this.launchRequest(args as DebugProtocol.LaunchRequestArguments);
    await initialized;
    await set();
    return this.stopped(() => this.configurationDoneRequest());
  }

  breakAt(file: string, ...breakpoints: DebugProtocol.SourceBreakpoint[]): Promise<DebugProtocol.SetBreakpointsResponse> {
    return this.setBreakpointsRequest({ source: { path: join(project.path, file) }, breakpoints });
  }

  /** The variables of a scope, by name. */
  async scope(frameId: number, name: string): Promise<Record<string, DebugProtocol.Variable>> {
    const { scopes } = (await this.scopesRequest({ frameId })).body;
    const scope = scopes.find((one) => one.name === name);
    return scope === undefined ? {} : this.inside(scope.variablesReference);
  }

  async inside(variablesReference: number): Promise<Record<string, DebugProtocol.Variable>> {
    const { variables } = (await this.variablesRequest({ variablesReference })).body;
    return Object.fromEntries(variables.map((one) => [one.name, one]));
  }

  async value(expression: string, frameId: number, context = 'watch'): Promise<string> {
    return (await this.evaluateRequest({ expression, frameId, context })).body.result;
  }
}

type Stand = DebugProtocol.StoppedEvent['body'] & {
  readonly threadId: number;
  readonly frame: number;
  readonly at: string;
  readonly name: string;
};

const values = (variables: Record<string, DebugProtocol.Variable>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));

describe('an editor over the standard streams', () => {
  let editor: Editor;
  beforeEach(() => {
    editor = new Editor();
    editor.begin([project.path]);
  });
  afterEach(async () => {
    if ((await editor.leave()) !== 0) throw new Error('the adapter did not end by itself');
  });

  it('steps through a slot both ways, and reads what stood there', { timeout: 120_000 }, async () => {
    const entry = await editor.enter({ process: 'bank', slot: FIRST + 1 });
    expect([entry.reason, entry.at]).toEqual(['entry', 'bank.lua:9']);
    expect(entry.description).toMatch(/^slot 3 · Transfer from /);
    const { threadId } = entry;
    const next = (): Promise<Stand> => editor.stopped(() => editor.nextRequest({ threadId }));
    const call = await next();
    expect(call.at).toBe('bank.lua:10');
    const inside = await editor.stopped(() => editor.stepInRequest({ threadId }));
    expect([inside.at, inside.name]).toEqual(['bank.lua:4', 'move']);
    expect(values(await editor.scope(inside.frame, 'Locals'))).toEqual({ from: '"alice"', to: '"bob"', amount: '4' });
    expect(values(await editor.scope(inside.frame, 'Upvalues'))).toEqual({ fee: '1' });
    expect(await editor.value('Balances[from] - amount', inside.frame)).toBe('3');
    // Globals are those of this very line, not of the slot's end.
    const alice = async (frame: number): Promise<string | undefined> => {
      const globals = await editor.scope(frame, 'Globals');
      return (await editor.inside(globals['Balances']?.variablesReference ?? 0))['alice']?.value;
    };
    expect(await alice(inside.frame)).toBe('7');
    const wrote = await next();
    expect([wrote.at, await alice(wrote.frame)]).toEqual(['bank.lua:5', '3']);
    const message = await editor.scope(wrote.frame, 'Message');
    expect((await editor.inside(message['Tags']?.variablesReference ?? 0))['Quantity']?.value).toBe('4');
    const back = await editor.stopped(() => editor.stepBackRequest({ threadId }));
    expect([back.at, await alice(back.frame)]).toEqual(['bank.lua:4', '7']);
    const out = await editor.stopped(() => editor.stepOutRequest({ threadId }));
    expect(out.at).toBe('bank.lua:11');
    // Backwards, too, a call is stepped over.
    expect((await editor.stopped(() => editor.stepBackRequest({ threadId }))).at).toBe('bank.lua:10');
    for (const line of [11, 12]) expect((await next()).at).toBe(`bank.lua:${line}`);
    let end = await next();
    if (end.at === 'bank.lua:13') end = await next();
    expect(end.name).toMatch(/^after slot 3 · Transfer/);
    expect(editor.said.some(({ output, category }) => category === 'stdout' && output.includes('moved 4'))).toBe(true);
    expect((await next()).description).toMatch(/^slot 4 · /);
    expect((await editor.stopped(() => editor.stepBackRequest({ threadId }))).name).toMatch(/^after slot 3/);
  });

  it('goes back and forth from hit to hit of a breakpoint over the whole history', { timeout: 120_000 }, async () => {
    const entry = await editor.enter({ process: 'bank' }, async () => {
      const { body } = await editor.breakAt('bank.lua', { line: 5 });
      expect(body.breakpoints).toMatchObject([{ verified: true, line: 5 }]);
    });
    expect(entry.name).toMatch(/^after slot 5 · Break/);
    const { threadId } = entry;
    const back = (): Promise<Stand> => editor.stopped(() => editor.reverseContinueRequest({ threadId }));
    for (const slot of [4, 3, 2]) {
      const stand = await back();
      expect([stand.reason, stand.at]).toEqual(['breakpoint', 'bank.lua:5']);
      expect(stand.description).toMatch(new RegExp(`^slot ${slot} `));
    }
    expect((await back()).description).toMatch(/^slot 0 · spawned/);
    const forth = await editor.stopped(() => editor.continueRequest({ threadId }));
    expect(forth.description).toMatch(/^slot 2 /);
  });

  it('knows conditions, hit counts and log points', { timeout: 120_000 }, async () => {
    const entry = await editor.enter({ process: 'bank' }, () =>
      editor.breakAt(
        'bank.lua',
        { line: 4, condition: 'amount == 4' },
        { line: 6, hitCondition: '1' },
        { line: 12, logMessage: 'bob has {after}, and \\{braces\\}' },
        { line: 11, hitCondition: 'often' },
      ),
    );
    const { threadId } = entry;
    const back = async (): Promise<string> => {
      const stand = await editor.stopped(() => editor.reverseContinueRequest({ threadId }));
      return `${stand.description?.slice(0, 6)} ${stand.at}`;
    };
    expect(await back()).toBe('slot 3 bank.lua:4');
    expect(await back()).toBe('slot 2 bank.lua:6');
    await expect.poll(() => editor.said.filter(({ line }) => line === 12).length).toBe(3);
    const logged = editor.said.filter(({ line }) => line === 12);
    expect(logged.map(({ output }) => output)).toEqual([
      'bank slot 2: bob has 2, and {braces}\n',
      'bank slot 3: bob has 5, and {braces}\n',
      'bank slot 4: bob has 9, and {braces}\n',
    ]);
  });

  it('stops at functions, handlers, failed slots and changes of a value', { timeout: 120_000 }, async () => {
    const { threadId, frame } = await editor.enter({ process: 'bank' });
    const back = (): Promise<Stand> => editor.stopped(() => editor.reverseContinueRequest({ threadId }));
    await editor.setExceptionBreakpointsRequest({ filters: ['errors'] });
    // It stands behind the slot that failed, which is where the error lies.
    const failed = await back();
    expect([failed.reason, failed.at]).toEqual(['exception', 'bank.lua:15']);
    expect((await editor.exceptionInfoRequest({ threadId })).body.description).toContain('broken on purpose');
    await editor.setExceptionBreakpointsRequest({ filters: [] });

    await editor.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'move', condition: 'amount < 5' }] });
    const entered = await back();
    expect([entered.reason, entered.name, entered.description?.slice(0, 6)]).toEqual(['function breakpoint', 'move', 'slot 3']);
    await editor.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'Transfer' }] });
    expect((await back()).at).toBe('bank.lua:9');
    await editor.setFunctionBreakpointsRequest({ breakpoints: [] });

    expect(frame).toBeGreaterThan(0);
    const { body: info } = await editor.customRequest('dataBreakpointInfo', { name: 'Balances.bob' });
    await editor.setDataBreakpointsRequest({ breakpoints: [{ dataId: info.dataId }] });
    await editor.stopped(() => editor.customRequest('aoscope/goto', { threadId, slot: 5, step: null }));
    const changed = await back();
    expect([changed.reason, changed.at, changed.description?.slice(0, 6), changed.text]).toEqual([
      'data breakpoint',
      'bank.lua:5',
      'slot 4',
      '9',
    ]);
    expect((await back()).description).toMatch(/^slot 3/);
    expect((await editor.stopped(() => editor.continueRequest({ threadId }))).description).toMatch(/^slot 4/);
  });

  it('goes on with the stack in the process that sent the message', { timeout: 120_000 }, async () => {
    const { threadId } = await editor.enter({ process: 'teller', slot: 2 });
    const { stackFrames } = (await editor.stackTraceRequest({ threadId })).body;
    const told = stackFrames.filter(({ presentationHint }) => presentationHint !== 'subtle').map(({ name, line }) => `${name} ${line}`);
    expect(told[0]).toMatch(/ 3$/);
    expect(told[1]).toMatch(/^slot 2 · Moved from bank/);
    expect(told[2]).toMatch(/^bank: .* 12$/);
    expect(told[3]).toMatch(/^bank · slot 2 · Transfer from /);
    const sender = stackFrames.find(({ name }) => name.startsWith('bank: '));
    expect((await editor.scope(sender?.id ?? 0, 'Locals'))['amount']?.value).toBe('3');
  });

  it('goes to a moment, back to the start of a call, and answers in the console', { timeout: 120_000 }, async () => {
    const { threadId } = await editor.enter({ process: 'bank' });
    const { body } = await editor.gotoTargetsRequest({ source: { path: join(project.path, 'bank.lua') }, line: 5 });
    const target = body.targets.find(({ label }) => label.startsWith('bank slot 3'));
    const there = await editor.stopped(() => editor.gotoRequest({ threadId, targetId: target?.id ?? 0 }));
    expect([there.reason, there.at]).toEqual(['goto', 'bank.lua:5']);
    const again = await editor.stopped(() => editor.restartFrameRequest({ frameId: there.frame }));
    expect(again.at).toBe('bank.lua:4');
    expect(await editor.value(':why Balances.bob', again.frame, 'repl')).toMatch(
      /^bank slot 3 {2}bank\.lua:5 wrote it: 2 → 5, for Transfer from /,
    );
    expect(await editor.value(':changes Balances.bob', again.frame, 'repl')).toMatch(/^slot 3 {2}2 → 5\nslot 2 {2}0 → 2\n/);
    const { targets } = (await editor.completionsRequest({ text: 'am', column: 3, frameId: again.frame })).body;
    expect(targets.map(({ label }) => label)).toEqual(['amount']);
    const table = (await editor.evaluateRequest({ expression: 'Balances', frameId: again.frame })).body;
    expect(values(await editor.inside(table.variablesReference))).toEqual({ alice: '7', bob: '2' });
    await expect(editor.evaluateRequest({ expression: 'nothing.here', frameId: again.frame })).rejects.toThrow(/nothing/);
    const slot = await editor.stopped(() => editor.evaluateRequest({ expression: ':slot 2', frameId: again.frame, context: 'repl' }));
    expect(slot.description).toMatch(/^slot 2/);
    // Peers was evaluated by the node, not out of a file: its text is in the log alone.
    const peers = await editor.stopped(() => editor.customRequest('aoscope/goto', { threadId, slot: 1 }));
    const [top] = (await editor.stackTraceRequest({ threadId, levels: 1 })).body.stackFrames;
    expect(peers.at).toMatch(/^aos · slot 1\.lua:1$/);
    const { content } = (await editor.sourceRequest({ sourceReference: top?.source?.sourceReference ?? 0 })).body;
    expect(content).toMatch(/^Peers = /);
  });
});

describe('an adapter that listens', () => {
  it('serves several editors on one project, and no web page', { timeout: 120_000 }, async () => {
    const child = spawn(process.execPath, [join(OUT, 'node/cli.cjs'), 'debug-adapter', '--port', '0'], {
      env: { ...process.env, AOSCOPE_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [printed] = (await once(child.stdout, 'data')) as [Buffer];
      const port = Number(/:(\d+)/.exec(printed.toString())?.[1]);
      await expect(
        fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{"seq":1,"type":"request","command":"initialize"}' }),
      ).rejects.toThrow(/fetch failed/);
      const editors = [new Editor(), new Editor()];
      for (const editor of editors) await editor.start(port);
      const entries = await Promise.all(editors.map((editor) => editor.enter({ project: project.path, process: 'bank', slot: FIRST })));
      expect(entries.map(({ at }) => at)).toEqual(['bank.lua:9', 'bank.lua:9']);
      for (const editor of editors) await editor.leave();
      const missing = new Editor();
      await missing.start(port);
      await missing.initializeRequest();
      await expect(missing.attachRequest({ project: project.path } as DebugProtocol.AttachRequestArguments)).rejects.toThrow(
        /No app and no node/,
      );
      await expect(missing.launchRequest({} as DebugProtocol.LaunchRequestArguments)).rejects.toThrow(/names no folder/);
      await missing.leave();
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });
});

const modules = await ensureModulesForTests();
const PRICE = `local price = {}
function price.of(count)
  local each = 7
  return count * each
end
return price`;
/** As the aos terminal and bundlers put files into one text. */
const BUNDLE = `local price = (function()
-- source: lib/price.lua
${PRICE}
-- source: -
end)()
-- source: shop.lua:2
Handlers.add("Buy", { Action = "Buy" }, function(msg)
  local total = price.of(tonumber(msg.Tags.Count))
  Earned = (Earned or 0) + total
end)
`;

describe.skipIf(modules === undefined)('attached to a node that runs, on a module of the network', () => {
  it('waits for a message, stops in the file of a bundle, and goes back to the messages before', { timeout: 240_000 }, async () => {
    const own = newProject({
      'shop.lua': `-- the shop\n${BUNDLE.split('shop.lua:2\n')[1] ?? ''}`,
      'lib/price.lua': PRICE,
      'start.lua': '-- nothing yet\n',
      'aos.wasm': readFileSync(modules?.['aos-2.0.6'].path ?? ''),
      'aoscope.json': JSON.stringify({ version: 1, name: 'shop', processes: [{ name: 'shop', source: 'start.lua', module: 'aos.wasm' }] }),
    });
    const ownHome = mkdtempSync(join(tmpdir(), 'aoscope-debug-'));
    const app = await startHeadless(OUT, ownHome, null, own.path);
    const editor = new Editor();
    try {
      await app.ready;
      const { processes } = await app.hub.ask('project.run', {});
      const shop = processes[0]?.process ?? ('' as ProcessId);
      const send = (action: string, data: string, count = ''): Promise<{ readonly slot: number }> => {
        const more = count === '' ? [] : [{ name: 'Count', value: count }];
        return app.hub.ask('wallet.send', { process: shop, tags: [{ name: 'Action', value: action }, ...more], data });
      };
      const first = await send('Eval', BUNDLE);
      await send('Buy', '', '2');
      await app.hub.ask('mu.idle', {});

      editor.begin([own.path]);
      await editor.initializeRequest();
      const initialized = editor.waitForEvent('initialized');
      await editor.attachRequest({ process: 'shop' } as DebugProtocol.AttachRequestArguments);
      await initialized;
      const { body } = await editor.setBreakpointsRequest({
        source: { path: join(own.path, 'lib/price.lua') },
        breakpoints: [{ line: 4 }],
      });
      expect(body.breakpoints).toMatchObject([{ verified: true, line: 4 }]);
      const { threadId } = await editor.stopped(() => editor.configurationDoneRequest());

      const live = await editor.stopped(async () => {
        await editor.continueRequest({ threadId });
        await send('Buy', '', '5');
      });
      expect([live.reason, live.at]).toEqual(['breakpoint', 'price.lua:4']);
      expect(live.description).toMatch(new RegExp(`^slot ${first.slot + 2} · Buy`));
      expect(values(await editor.scope(live.frame, 'Locals'))).toEqual({ count: '5', each: '7' });
      expect(await editor.value('count * each', live.frame)).toBe('35');
      const back = await editor.stopped(() => editor.reverseContinueRequest({ threadId }));
      expect([back.at, await editor.value('count', back.frame, 'hover')]).toEqual(['price.lua:4', '2']);
      expect((await editor.stopped(() => editor.stepOutRequest({ threadId }))).at).toBe('shop.lua:4');
      expect((await editor.stopped(() => editor.stepBackRequest({ threadId }))).at).toBe('shop.lua:3');
      // Waiting can be given up.
      await editor.setBreakpointsRequest({ source: { path: join(own.path, 'lib/price.lua') }, breakpoints: [] });
      const paused = await editor.stopped(async () => {
        await editor.continueRequest({ threadId });
        await editor.pauseRequest({ threadId });
      });
      expect(paused.reason).toBe('pause');
      const over = editor.waitForEvent('terminated');
      await app.stop();
      await over;
    } finally {
      await editor.leave();
      await app.stop();
      own.remove();
      rmSync(ownHome, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
