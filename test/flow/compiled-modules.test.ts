import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import type { ProgramChecked } from '../../node/contract/modules.ts';
import { outputText } from '../../node/contract/outcome.ts';
import type { Workspace } from '../../node/workspace/ports.ts';
import { findCCompiler } from '../../node/workspace/modules/native/c.ts';
import { hasCargo } from '../../node/workspace/modules/native/cargo.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { workspaceOn } from '../kit/workspace.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/node/cli.cjs');
const LOADER = join(ROOT, 'node_modules/@permaweb/ao-loader/dist/index.cjs');
const cCompiler = await findCCompiler();
const hasRust = await hasCargo();
const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aoscope-compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
});

/** A project made of a template, on a node of its own. */
async function openTemplate(
  template: string,
): Promise<{ node: TestNode; path: string; told: ProgramChecked[] } & Pick<Workspace, 'handlers'>> {
  const path = join(folder, template);
  cpSync(join(ROOT, 'node/templates', template), path, { recursive: true });
  const node = await startNode();
  const told: ProgramChecked[] = [];
  const { handlers } = await workspaceOn(node, join(folder, 'home'), path, {
    tell: (name, body) => void (name === 'modules.compiled' && told.push(body as ProgramChecked)),
  });
  return { node, path, told, handlers };
}

const tag = (name: string, value: string): { name: string; value: string } => ({ name, value });

describe('a process in AssemblyScript', () => {
  it('is compiled when it is spawned, counts, answers, and a mistake in a message leaves its memory as it was', async () => {
    const { node, handlers, told } = await openTemplate('assemblyscript');
    const [ran] = (await handlers['project.run']({}, never)).processes;
    if (ran === undefined) throw new Error('nothing was spawned');
    expect(told).toEqual([{ file: 'counter.ts', files: ['counter.ts', 'ao.ts'], marks: [] }]);
    const { process } = ran;
    const add = async (quantity: string): Promise<string> => {
      const { slot } = await handlers['wallet.send']({ process, tags: [tag('Action', 'Add'), tag('Quantity', quantity)], data: '' }, never);
      const { output, error, messages } = await node.node.ask('cu.result', { process, slot });
      return error ?? `${outputText(output).text}, ${messages.length} sent`;
    };
    expect([await add('40'), await add('1.5'), await add('2')]).toEqual([
      'counted 40, 1 sent',
      'Quantity is no whole number: 1.5',
      'counted 42, 1 sent',
    ]);
    // Its memory is read without running anything, and any slot of the past comes back.
    const at = async (slot: number): Promise<string> =>
      JSON.stringify((await node.node.ask('cu.state', { process, slot: toSlot(slot), path: ['.exports'], offset: 0, limit: 20 })).nodes);
    expect([await at(3), await at(1)]).toEqual([expect.stringMatching(/"\.count".*?42/), expect.stringMatching(/"\.count".*?40/)]);
  });

  it('with mistakes is not spawned, and every place is told, as it is typed and as it stands', async () => {
    const { handlers, path, told } = await openTemplate('assemblyscript');
    const whole = readFileSync(join(path, 'counter.ts'), 'utf8');
    const broken = whole.replace('count += i64(more);', 'count += more;');
    const line = broken.split('\n').findIndex((one) => one.includes('count += more;')) + 1;
    const checked = await handlers['modules.check']({ file: 'counter.ts', texts: [{ path: 'counter.ts', text: broken }] }, never);
    expect(checked.marks).toMatchObject([{ file: 'counter.ts', line, column: 12, severity: 'error', code: 'AS200' }]);
    // What is only typed is not what runs.
    expect((await handlers['modules.check']({ file: 'counter.ts', texts: [] }, never)).marks).toEqual([]);

    writeFileSync(join(path, 'ao.ts'), `${readFileSync(join(path, 'ao.ts'), 'utf8')}\nlet other: i32 = nothing;\n`);
    await expect(handlers['project.run']({}, never)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      message: expect.stringMatching(/^ao\.ts:\d+:18/) as string,
    });
    expect(told.at(-1)?.marks).toMatchObject([{ file: 'ao.ts', message: "Cannot find name 'nothing'." }]);
  });

  it('that was changed is a new program, also where only a file that it imports was', async () => {
    const { handlers, path } = await openTemplate('assemblyscript');
    await handlers['project.run']({}, never);
    const stands = async (): Promise<string | undefined> => (await handlers['project.topology']({}, never)).processes[0]?.state;
    expect(await stands()).toBe('current');
    writeFileSync(join(path, 'ao.ts'), readFileSync(join(path, 'ao.ts'), 'utf8').replace('this is no JSON', 'no JSON'));
    expect(await stands()).toBe('outdated');
    const [ran] = (await handlers['project.run']({ how: 'respawn' }, never)).processes;
    expect([ran?.did, await stands()]).toEqual(['spawned', 'current']);
  });
});

/** The published loader by itself, in a thread as it changes its realm. Each message gets a fresh instance and the memory that the one before left. */
const LOOP = `
const { parentPort, workerData } = require('node:worker_threads');
const post = parentPort.postMessage.bind(parentPort);
const { loader, bytes, format, messages, env } = workerData;
(async () => {
  const AoLoader = require(loader);
  const answers = [];
  let memory = null;
  for (const message of messages) {
    const handle = await AoLoader(Buffer.from(bytes), { format, inputEncoding: 'JSON-1', outputEncoding: 'JSON-1', memoryLimit: '17179869184', computeLimit: 9e12, extensions: [] });
    try {
      const { Memory, ...result } = await handle(memory, message, env);
      if (!result.Error) memory = Memory;
      answers.push(result);
    } catch (error) {
      answers.push({ Error: String(error.message ?? error) });
    }
  }
  post(answers);
})();`;

interface Answer {
  readonly Error?: string;
  readonly Output?: { readonly data?: string };
  readonly Messages?: readonly { readonly Target: string; readonly Data: string }[];
}

function onLoader(file: string, format: string, messages: readonly object[]): Promise<readonly Answer[]> {
  const env = {
    Process: { Id: 'P'.repeat(43), Owner: 'O'.repeat(43), Tags: [] },
    Module: { Id: 'M'.repeat(43), Owner: 'O'.repeat(43), Tags: [] },
  };
  const worker = new Worker(LOOP, { eval: true, workerData: { loader: LOADER, bytes: readFileSync(file), format, messages, env } });
  return new Promise<readonly Answer[]>((done, failed) => {
    worker.once('message', done);
    worker.once('error', failed);
  }).finally(() => void worker.terminate());
}

const message = (action: string, quantity: string, data = ''): object => ({
  Id: 'I'.repeat(43),
  From: 'F'.repeat(43),
  Owner: 'O'.repeat(43),
  Target: 'P'.repeat(43),
  Data: data,
  Timestamp: 1_700_000_000_000,
  'Block-Height': '1',
  Tags: [tag('Action', action), tag('Quantity', quantity)],
});

async function aoscope(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly errors: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...args], { env: { ...process.env, AOSCOPE_HOME: join(folder, 'home') } }, (error, out, errors) =>
      done({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

async function built(file: string, ...more: readonly string[]): Promise<{ readonly file: string; readonly format: string }> {
  const { out, errors } = await aoscope('module', 'build', file, join(folder, 'built.wasm'), '--json', ...more);
  expect(errors).toBe('');
  return JSON.parse(out) as { file: string; format: string };
}

describe('on the published loader of the network', () => {
  it('the AssemblyScript template keeps its count in the memory alone, with a fresh instance for every message', async () => {
    const { file, format } = await built(join(ROOT, 'node/templates/assemblyscript/counter.ts'));
    // Long data makes the memory grow in the middle of a call.
    const answers = await onLoader(file, format, [
      message('Add', '1'),
      message('Add', '2', 'x'.repeat(900_000)),
      message('Add', '1.5'),
      message('Add', '3', '日本🎉'),
      message('Get', ''),
    ]);
    expect(answers.map(({ Output, Error: error }) => error ?? Output?.data)).toEqual([
      'counted 1',
      'counted 3',
      'Quantity is no whole number: 1.5',
      'counted 6',
      '6',
    ]);
    expect(answers[4]?.Messages).toMatchObject([{ Target: 'F'.repeat(43), Data: '6' }]);
  });

  it('and what was built for it runs on this node too, as the network would tell it', async () => {
    const { node, handlers, path } = await openTemplate('assemblyscript');
    const { format } = await built(join(path, 'counter.ts'));
    cpSync(join(folder, 'built.wasm'), join(path, 'built.wasm'));
    const { process } = await handlers['wallet.spawn']({ name: 'deployed', source: '', tags: [], module: 'built.wasm' }, never);
    const added = await handlers['modules.add'](
      { file: 'built.wasm', data: readFileSync(join(path, 'built.wasm')).toString('base64url') },
      never,
    );
    expect(added.format).toBe(format);
    const said: string[] = [];
    for (const quantity of ['0.5', '1', '1.5', '2']) {
      const { slot } = await handlers['wallet.send'](
        { process, tags: [tag('Action', 'Add'), tag('Quantity', quantity)], data: 'x'.repeat(300_000) },
        never,
      );
      const { output, error } = await node.node.ask('cu.result', { process, slot });
      said.push(error ?? outputText(output).text);
    }
    expect(said).toEqual(['Quantity is no whole number: 0.5', 'counted 1', 'Quantity is no whole number: 1.5', 'counted 3']);
  });

  it('so does the template in WebAssembly text', async () => {
    const { file, format } = await built(join(ROOT, 'node/templates/wasm/counter.wat'));
    const answers = await onLoader(file, format, [
      message('a', ''),
      message('b', '', 'y'.repeat(200_000)),
      message('error', ''),
      message('c', ''),
    ]);
    expect(answers.map(({ Output, Error: error }) => error ?? Output?.data)).toEqual([
      'counted 1',
      'counted 2',
      'asked to fail',
      'counted 3',
    ]);
  });

  it('and what Emscripten made to stand alone, which has a stack of its own', async () => {
    const stack = `(func (export "_initialize"))
      (func (export "stackAlloc") (param i32) (result i32) (unreachable))
      (func (export "_emscripten_stack_alloc") (param i32) (result i32) (unreachable))
      (func (export "emscripten_stack_get_current") (result i32) (unreachable))`;
    const text = readFileSync(join(ROOT, 'node/templates/wasm/counter.wat'), 'utf8');
    const source = join(folder, 'alone.wat');
    writeFileSync(source, `${text.trimEnd().slice(0, -1)}${stack})\n`);
    const { file, format } = await built(source);
    expect(format).toBe('wasm32-unknown-emscripten4');
    const answers = await onLoader(file, format, [message('a', ''), message('b', '')]);
    expect(answers.map(({ Output, Error: error }) => error ?? Output?.data)).toEqual(['counted 1', 'counted 2']);
  });

  /** Both templates count as the one in AssemblyScript does. */
  const native = async (template: string, source: string): Promise<void> => {
    const project = join(folder, `${template}-for-loader`);
    cpSync(join(ROOT, 'node/templates', template), project, { recursive: true });
    const { file, format } = await built(join(project, source), '--trust-build');
    const answers = await onLoader(file, format, [
      message('Add', '1'),
      message('Add', '2', 'x'.repeat(900_000)),
      message('Add', '1.5'),
      message('Add', '3', '日本🎉"\\'),
      message('Get', ''),
    ]);
    expect(answers.map(({ Output, Error: error }) => error ?? Output?.data)).toEqual([
      'counted 1',
      'counted 3',
      expect.stringContaining('Quantity is no whole number') as string,
      'counted 6',
      '6',
    ]);
    expect(answers[4]?.Messages).toMatchObject([{ Target: 'F'.repeat(43), Data: '6' }]);
    const { node, handlers, path } = await openTemplate(template);
    await handlers['project.trustBuild']({ folder: realpathSync(path) }, never);
    const [ran] = (await handlers['project.run']({}, never)).processes;
    if (ran === undefined) throw new Error('nothing was spawned');
    const { process } = ran;
    const said: string[] = [];
    for (const quantity of ['40', 'x', '2']) {
      const { slot } = await handlers['wallet.send']({ process, tags: [tag('Action', 'Add'), tag('Quantity', quantity)], data: '' }, never);
      const { output, error } = await node.node.ask('cu.result', { process, slot });
      said.push(error ?? outputText(output).text);
    }
    expect(said).toEqual(['counted 40', expect.stringContaining('Quantity is no whole number') as string, 'counted 42']);
  };

  it.skipIf(cCompiler === null)(
    `and the template in C, built by the compiler of this computer${cCompiler === null ? ', skipped: there is no clang with lld, nor Emscripten' : ''}`,
    () => native('c', 'counter.c'),
  );

  it.skipIf(!hasRust)(
    `and the template in Rust, built by the cargo of this computer${hasRust ? '' : ', skipped: there is no cargo with the target wasm32-unknown-unknown'}`,
    { timeout: 180_000 },
    () => native('rust', 'Cargo.toml'),
  );

  it.each([
    [
      'keeps data low.wat',
      '(module (memory (export "memory") 1) (data (i32.const 16) "a") (func (export "malloc") (param i32) (result i32) (i32.const 0)) (func (export "handle") (param i32 i32) (result i32) (i32.const 0)))',
      'address 16',
    ],
    [
      'asks for more.wat',
      '(module (import "env" "seed" (func (result f64))) (memory (export "memory") 1) (func (export "malloc") (param i32) (result i32) (i32.const 0)) (func (export "handle") (param i32 i32) (result i32) (i32.const 0)))',
      'imports env.seed',
    ],
  ])('what cannot run there is refused: %s', async (name, text, reason) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    const { code, errors } = await aoscope('module', 'build', file);
    expect([code, errors]).toEqual([1, expect.stringContaining(reason)]);
  });
});
