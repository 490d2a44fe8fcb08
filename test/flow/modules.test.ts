import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toModuleId, toSlot, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import type { ModuleProgress } from '../../node/contract/modules.ts';
import { TERMINAL_MODULE } from '../../node/contract/network.ts';
import { outputText } from '../../node/contract/outcome.ts';
import type { Workspace } from '../../node/workspace/ports.ts';
import { createWorkspace } from '../../node/workspace/workspace.ts';
import { ASSETS, startNode, type TestNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const COUNTER = resolve(import.meta.dirname, '../../node/cu/vm/wasm/counter.wat');
const never = new AbortController().signal;
let userDir: string;
let progress: ModuleProgress[];

beforeEach(async () => {
  userDir = await mkdtemp(join(tmpdir(), 'aoscope-modules-'));
  progress = [];
  onTestFinished(() => rm(userDir, { recursive: true, force: true }));
});

/** A project of this installation on a node of its own. */
async function openOn(node: TestNode, files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
  const project = await mkdtemp(join(tmpdir(), 'aoscope-project-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  const { su, mu } = node.node.opened;
  const made = await createWorkspace({
    shell: 'served',
    version: '0.0.0',
    userDir,
    assetsDir: ASSETS,
    project,
    ask: node.node.ask,
    tell: (name, body) => void (name === 'modules.progress' && progress.push(body as ModuleProgress)),
    chooseFolder: null,
    unitStatus: () => ({ units: [], isPortBlockMoved: false, authority: mu.address, scheduler: su.address }),
    reopenUnits: async () => {},
    restartUnit: async () => {},
  });
  onTestFinished(async () => {
    await made.close();
    await rm(project, { recursive: true, force: true });
  });
  await made.unitsReady();
  return made;
}

async function said(on: TestNode, process: ProcessId, slot: number): Promise<string> {
  const { output, error } = await on.node.ask('cu.result', { process, slot: toSlot(slot) });
  return error ?? outputText(output).text;
}

const text = async (path: string): Promise<string> => readFile(path, 'utf8');
const base64 = async (path: string): Promise<string> => (await readFile(path)).toString('base64url');

describe('a module from a file', () => {
  it('written as WebAssembly text is compiled, signed, listed, and spawned by its name', async () => {
    const node = await startNode();
    const { handlers } = await openOn(node);
    const added = await handlers['modules.add']({ file: 'counter.wat', data: await base64(COUNTER) }, never);
    expect(added).toMatchObject({
      name: 'counter',
      format: 'wasm32-unknown-unknown',
      isKnownByContent: false,
      memory: { minBytes: 65_536 },
    });
    const { modules: listed } = await handlers['modules.list']({}, never);
    expect(listed.map(({ name }) => name)).toEqual(['Lua of aoscope', 'counter']);
    // The same file again is the same module.
    expect((await handlers['modules.add']({ file: 'counter.wat', data: await base64(COUNTER) }, never)).id).toBe(added.id);

    const { process } = await handlers['wallet.spawn']({ name: 'one', source: '', tags: [], module: 'Counter' }, never);
    expect(await said(node, process, 0)).toBe('counted 1');
    await handlers['modules.remove']({ module: added.id }, never);
    expect((await handlers['modules.list']({}, never)).modules).toHaveLength(1);
    await expect(handlers['wallet.spawn']({ name: 'two', source: '', tags: [], module: 'counter' }, never)).rejects.toMatchObject({
      code: 'MODULE_NAME_UNKNOWN',
    });
  });

  it.each([
    ['a.wasm', 'no WebAssembly at all', 'it is no WebAssembly'],
    ['a.wat', '(module', 'a.wat'],
    ['a.wat', '(module (memory 1))', 'exports no handle'],
    ['a.wat', '(module)', 'declares no memory'],
  ])('%s with %j is refused and says why', async (file, content, reason) => {
    const { handlers } = await openOn(await startNode());
    const adding = handlers['modules.add']({ file, data: Buffer.from(content).toString('base64url') }, never);
    await expect(adding).rejects.toMatchObject({ code: 'MODULE_FILE_INVALID', message: expect.stringContaining(reason) as string });
  });

  it('stands in aoscope.json, as the source itself or under the code', async () => {
    const node = await startNode();
    const processes = [
      { name: 'plain', source: 'counter.wat' },
      { name: 'lua', source: 'hello.lua', module: 'lua' },
    ];
    const { handlers, project } = await openOn(node, {
      'aoscope.json': JSON.stringify({ version: 1, name: 'mixed', processes }),
      'counter.wat': await text(COUNTER),
      'hello.lua': 'print("hello " .. _VERSION)',
    });
    expect(project().problem).toBeNull();
    const { processes: running } = await handlers['project.run']({}, never);
    expect(await Promise.all(running.map(({ process }) => said(node, process, 0)))).toEqual(['counted 1', 'hello Lua 5.4']);
  });
});

describe.skipIf(modules === undefined)('a real module', () => {
  it('keeps its id on the network, known by its content, in every project of the installation', async () => {
    const first = await startNode();
    const { handlers } = await openOn(first);
    const path = modules?.['aos-2.0.6'].path ?? '';
    const added = await handlers['modules.add']({ file: 'anything.wasm', data: await base64(path) }, never);
    expect(added).toMatchObject({ id: TERMINAL_MODULE, name: 'aos 2.0.6', isKnownByContent: true, bytes: 777_924 });

    const second = await startNode();
    const elsewhere = await openOn(second);
    const { process } = await elsewhere.handlers['wallet.spawn'](
      { name: 'real', source: 'print("hello " .. _VERSION)', tags: [], module: 'aos 2.0.6' },
      never,
    );
    expect(await said(second, process, 0)).toContain('hello Lua 5.3');
  });

  it.each([
    ['aos-2.0.4-32', 'wasm32-unknown-emscripten4'],
    ['sqlite', 'wasm64-unknown-emscripten-draft_2024_02_15'],
  ] as const)('%s shows its format by itself', async (name, format) => {
    const { handlers } = await openOn(await startNode());
    const added = await handlers['modules.add']({ file: `${name}.wasm`, data: await base64(modules?.[name].path ?? '') }, never);
    expect(added.format).toBe(format);
  });
});

describe('a module from a gateway', () => {
  /** A gateway that has a module, and the module. */
  async function publisher(): Promise<{ readonly gateway: string; readonly module: ModuleId }> {
    const node = await startNode({ http: true });
    const { handlers } = await openOn(node);
    const { id } = await handlers['modules.add']({ file: 'counter.wat', data: await base64(COUNTER) }, never);
    await handlers['modules.remove']({ module: id }, never);
    return { gateway: node.node.urls.gateway ?? '', module: id };
  }

  /** Something between us and a gateway. */
  async function between(gateway: string, change: (path: string, body: Buffer) => Buffer | null): Promise<string> {
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const init = { method: request.method ?? 'GET', headers: { 'Content-Type': 'application/json' } };
        const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
        void fetch(`${gateway}${request.url ?? ''}`, { ...init, ...body }).then(async (answer) => {
          const changed = change(request.url ?? '', Buffer.from(await answer.arrayBuffer()));
          if (changed !== null) response.writeHead(answer.status, { 'Content-Length': changed.length }).end(changed);
        });
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(
      () =>
        new Promise((closed) => {
          server.closeAllConnections();
          server.close(() => closed());
        }),
    );
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('comes with progress and its signature checked, and runs', async () => {
    const { gateway, module } = await publisher();
    const node = await startNode();
    const { handlers } = await openOn(node);
    const fetched = await handlers['modules.fetch']({ module, gateway: `${gateway}/` }, never);
    expect(fetched).toMatchObject({ id: module, name: 'counter', from: { kind: 'gateway', gateway }, isKnownByContent: false });
    expect(progress.at(-1)).toEqual({ module, receivedBytes: fetched.bytes, totalBytes: fetched.bytes });
    const { process } = await handlers['wallet.spawn']({ name: 'one', source: '', tags: [], module }, never);
    expect(await said(node, process, 0)).toBe('counted 1');
  });

  it('changed on the way is refused, and nothing of it stays', async () => {
    const { gateway, module } = await publisher();
    const liar = await between(gateway, (path, body) => {
      if (path.startsWith('/raw/')) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
      return body;
    });
    const { handlers } = await openOn(await startNode());
    await expect(handlers['modules.fetch']({ module, gateway: liar }, never)).rejects.toMatchObject({ code: 'MODULE_FORGED' });
    expect((await handlers['modules.list']({}, never)).modules).toHaveLength(1);
  });

  it('under another id than asked for is refused', async () => {
    const { gateway, module } = await publisher();
    const other = 'Q'.repeat(43);
    const liar = await between(gateway, (_path, body) => body);
    const mixed = await between(liar, (path, body) =>
      path.startsWith('/raw/') ? body : Buffer.from(body.toString().replaceAll(module, other)),
    );
    const { handlers } = await openOn(await startNode());
    await expect(handlers['modules.fetch']({ module: toModuleId(other), gateway: mixed }, never)).rejects.toMatchObject({
      code: 'MODULE_NOT_THERE',
    });
  });

  it('can be given up while it comes', async () => {
    const { gateway, module } = await publisher();
    const silent = await between(gateway, (path, body) => (path.startsWith('/raw/') ? null : body));
    const { handlers } = await openOn(await startNode());
    const giveUp = new AbortController();
    const fetching = handlers['modules.fetch']({ module, gateway: silent }, giveUp.signal);
    giveUp.abort();
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('that cannot be reached, or has no such module, says so', async () => {
    const { gateway, module } = await publisher();
    const { handlers } = await openOn(await startNode());
    await expect(handlers['modules.fetch']({ module, gateway: 'http://127.0.0.1:9' }, never)).rejects.toMatchObject({
      code: 'MODULE_OFFLINE',
    });
    await expect(handlers['modules.fetch']({ module: toModuleId('Z'.repeat(43)), gateway }, never)).rejects.toMatchObject({
      code: 'MODULE_NOT_THERE',
    });
  });
});

it('a module that nobody has is a clear error at the spawn', async () => {
  const { handlers } = await openOn(await startNode());
  await expect(handlers['wallet.spawn']({ name: 'x', source: '', tags: [], module: 'Y'.repeat(43) }, never)).rejects.toMatchObject({
    code: 'MODULE_UNKNOWN',
  });
});
