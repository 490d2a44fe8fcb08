import { createServer, type Server, type ServerResponse } from 'node:http';
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
import { dataOf } from '../../node/gateway/arweave.fixture.ts';
import { compileWat } from '../../node/compile/wat.ts';
import type { Workspace } from '../../node/workspace/ports.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { workspaceOn } from '../kit/workspace.ts';

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
  onTestFinished(() => rm(project, { recursive: true, force: true }));
  return workspaceOn(node, userDir, project, {
    tell: (name, body) => void (name === 'modules.progress' && progress.push(body as ModuleProgress)),
  });
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
    ['a.wasm', 'no WebAssembly at all', 'MODULE_FILE_INVALID', 'it is no WebAssembly'],
    ['a.wat', '(module', 'COMPILE_FAILED', 'a.wat:1:8'],
    ['a.wat', '(module (memory 1))', 'MODULE_FILE_INVALID', 'exports no handle'],
    ['a.wat', '(module)', 'MODULE_FILE_INVALID', 'declares no memory'],
    [
      'a.ts',
      'export let count: i32 = "many";',
      'COMPILE_FAILED',
      "a.ts:1:25 does not compile: Type 'string' is not assignable to type 'i32'.",
    ],
    ['a.ts', 'export let count: i32 = 1;', 'MODULE_FILE_INVALID', 'exports no handle'],
    ['a.ts', 'import { read } from "./ao";\nread(1);', 'COMPILE_FAILED', "a.ts:1:22 does not compile: File 'ao.ts' not found."],
  ])('%s with %j is refused and says why', async (file, content, code, reason) => {
    const { handlers } = await openOn(await startNode());
    const adding = handlers['modules.add']({ file, data: Buffer.from(content).toString('base64url') }, never);
    await expect(adding).rejects.toMatchObject({ code, message: expect.stringContaining(reason) as string });
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
  /** A gateway that has the counter as a module, with a custom section of so many bytes. */
  async function publisher(padding = 0): Promise<{ readonly gateway: string; readonly module: ModuleId; readonly bytes: number }> {
    const node = await startNode({ http: true });
    const { handlers } = await openOn(node);
    // Id 0, then the size as LEB128 of four bytes, then a name without letters.
    const size = [0, 1, 2, 3].map((at) => (((padding + 1) >>> (7 * at)) & 0x7f) | (at < 3 ? 0x80 : 0));
    const counter = (await compileWat(await text(COUNTER), 'counter.wat')).program ?? dataOf(0);
    const program = Buffer.concat([counter, Buffer.from([0, ...size, 0]), dataOf(padding)]);
    const { id } = await handlers['modules.add']({ file: 'counter.wasm', data: program.toString('base64url') }, never);
    await handlers['modules.remove']({ module: id }, never);
    return { gateway: node.node.urls.gateway ?? '', module: id, bytes: program.length };
  }

  /** Something between us and a gateway: `answer` gives on what came from there, as it likes. */
  async function between(
    gateway: string,
    answer: (path: string, body: Buffer, response: ServerResponse, range: string | undefined) => void,
    hasRanges = true,
  ): Promise<string> {
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { range } = request.headers;
        const headers = { 'Content-Type': 'application/json', ...(range !== undefined && hasRanges ? { Range: range } : {}) };
        const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
        void fetch(`${gateway}${request.url ?? ''}`, { method: request.method ?? 'GET', headers, ...body }).then(async (from) => {
          const content = Buffer.from(await from.arrayBuffer());
          response.statusCode = from.status;
          response.setHeader('Content-Length', content.length);
          answer(request.url ?? '', content, response, range);
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

  const changed = (gateway: string, change: (path: string, body: Buffer) => Buffer): Promise<string> =>
    between(gateway, (path, body, response) => response.end(change(path, body)));

  /** A way on which the connection breaks after so many bytes of a program, once for each number; writes down the ranges it is asked for. */
  async function breaking(
    gateway: string,
    after: readonly number[],
    { hasRanges = true, change = (_body: Buffer): void => undefined } = {},
  ): Promise<{ readonly url: string; readonly ranges: readonly (string | undefined)[] }> {
    const ranges: (string | undefined)[] = [];
    const url = await between(
      gateway,
      (path, body, response, range) => {
        if (!path.startsWith('/raw/')) return void response.end(body);
        const breaksAt = after[ranges.length];
        ranges.push(range);
        if (breaksAt !== undefined) return void response.write(body.subarray(0, breaksAt), () => response.destroy());
        change(body);
        response.end(body);
      },
      hasRanges,
    );
    return { url, ranges };
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
    const liar = await changed(gateway, (path, body) => {
      if (path.startsWith('/raw/')) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
      return body;
    });
    const { handlers } = await openOn(await startNode());
    await expect(handlers['modules.fetch']({ module, gateway: liar }, never)).rejects.toMatchObject({ code: 'MODULE_FORGED' });
    expect((await handlers['modules.list']({}, never)).modules).toHaveLength(1);
  });

  it('breaks off on the way and goes on from where it broke', async () => {
    const { gateway, module, bytes } = await publisher(2 * 1024 * 1024);
    const way = await breaking(gateway, [bytes / 4, bytes / 2]);
    const node = await startNode();
    const { handlers } = await openOn(node);
    const fetched = await handlers['modules.fetch']({ module, gateway: way.url }, never);
    expect(fetched).toMatchObject({ id: module, bytes });
    const [first, ...resumed] = way.ranges;
    expect(first).toBeUndefined();
    // What had arrived may be less than what was sent; nothing of it is asked for again.
    const from = resumed.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
    expect(from.length).toBe(2);
    expect(from.every((at, index) => at > (from[index - 1] ?? 0))).toBe(true);
    expect(progress.map(({ receivedBytes }) => receivedBytes)).toEqual(
      progress.map(({ receivedBytes }) => receivedBytes).toSorted((a, b) => a - b),
    );
    expect(new Set(progress.map(({ totalBytes }) => totalBytes))).toEqual(new Set([bytes]));
    const { process } = await handlers['wallet.spawn']({ name: 'one', source: '', tags: [], module }, never);
    expect(await said(node, process, 0)).toBe('counted 1');
  });

  it('comes whole from a gateway that knows no ranges, although it broke off', async () => {
    const { gateway, module, bytes } = await publisher(2 * 1024 * 1024);
    const way = await breaking(gateway, [bytes / 2], { hasRanges: false });
    const { handlers } = await openOn(await startNode());
    expect(await handlers['modules.fetch']({ module, gateway: way.url }, never)).toMatchObject({ id: module, bytes });
  });

  it('that is another one after the break is refused, and one that never ends to break is given up', async () => {
    const { gateway, module, bytes } = await publisher(2 * 1024 * 1024);
    const { handlers } = await openOn(await startNode());
    const other = await breaking(gateway, [bytes / 2], { change: (body) => void body.fill(7, 0, 1_000) });
    await expect(handlers['modules.fetch']({ module, gateway: other.url }, never)).rejects.toMatchObject({ code: 'MODULE_FORGED' });
    const hopeless = await breaking(
      gateway,
      Array.from({ length: 100 }, () => 100),
    );
    const failed = await handlers['modules.fetch']({ module, gateway: hopeless.url }, never).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'MODULE_OFFLINE', message: expect.stringContaining('broke off 5 times') as string });
    expect((await handlers['modules.list']({}, never)).modules).toHaveLength(1);
    // Nothing is left over that would be in the way of the next try.
    expect(await handlers['modules.fetch']({ module, gateway }, never)).toMatchObject({ id: module, bytes });
  });

  it('under another id than asked for is refused', async () => {
    const { gateway, module } = await publisher();
    const other = 'Q'.repeat(43);
    const liar = await changed(gateway, (_path, body) => body);
    const mixed = await changed(liar, (path, body) =>
      path.startsWith('/raw/') ? body : Buffer.from(body.toString().replaceAll(module, other)),
    );
    const { handlers } = await openOn(await startNode());
    await expect(handlers['modules.fetch']({ module: toModuleId(other), gateway: mixed }, never)).rejects.toMatchObject({
      code: 'MODULE_NOT_THERE',
    });
  });

  it('can be given up while it comes', async () => {
    const { gateway, module } = await publisher();
    const silent = await between(gateway, (path, body, response) => void (path.startsWith('/raw/') || response.end(body)));
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
