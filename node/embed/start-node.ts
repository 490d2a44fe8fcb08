import { generateKeyPair } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { aoconnectSnippet, aosSnippet } from '../contract/snippets.ts';
import { nodeClock, parseClockStart } from '../contract/clock.ts';
import { COMMANDS, isCommandName } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import { isId, toItemId, toModuleId, toProcessId, toSlot, type ModuleId, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Tag } from '../contract/item.ts';
import { outputText, type SlotOutcome } from '../contract/outcome.ts';
import { startLocalNode, type LocalNode } from '../local.ts';
import { buildLuaModule } from '../lua/module.ts';
import { createSigning, type Signing } from '../workspace/signing.ts';
import type * as api from './api.ts';

/** The built app, above the folder of this bundle: the evaluators' program and the assets. */
const OUT = resolve(import.meta.dirname, '..');
const NEVER = new AbortController().signal;
const STATE_PAGE = 1_000;

/**
 * Starts a whole node in this process, isolated from every other: its own data, wallets and ports. Programs run in worker
 * threads, so that one without an end is stopped at its limit of time. Close it, or hold it with `await using`.
 * @throws AoError what the first unit that cannot start says.
 */
export const startNode: api.StartNode = async (options = {}) => {
  const ownDir = options.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'aoscope-node-')) : null;
  const dataDir = ownDir ?? resolve(options.dataDir ?? '');
  const remove = async (): Promise<void> => {
    if (ownDir !== null) await rm(ownDir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const node = await open(options, dataDir);
    try {
      return await running(node, dataDir, remove);
    } catch (error) {
      await node.close();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
};

function open({ limits, network, clock, machines = [] }: api.StartNodeOptions, dataDir: string): Promise<LocalNode> {
  return startLocalNode({
    dataDir,
    assetsDir: join(OUT, 'assets'),
    http: true,
    isChecked: false,
    ...(limits === undefined ? {} : { limits }),
    ...(network === undefined ? {} : { network }),
    ...(clock === undefined ? {} : { clock: parseClockStart(clock) }),
    evaluatorScript: join(OUT, 'node', 'evaluator.cjs'),
    machines: machines.map(urlOf),
  });
}

function urlOf(file: string | URL): string {
  if (file instanceof URL) return file.href;
  return file.startsWith('file:') ? file : pathToFileURL(resolve(file)).href;
}

async function running(node: LocalNode, dataDir: string, remove: () => Promise<void>): Promise<api.RunningNode> {
  const { ask } = node;
  const { su, mu } = node.opened;
  const signing = createSigning(dataDir, ask, () => ({ scheduler: su.address, authority: mu.address }));
  const wallet = await signing.load();
  const lua = buildLuaModule(join(OUT, 'assets', 'lua'));
  const module = await signing.uploadModule(lua.tags, lua.bytes);
  const place = (unit: 'gateway' | 'mu' | 'su' | 'cu'): string => node.urls[unit] ?? '';
  const gateway = place('gateway');
  const urls = { gateway, graphql: `${gateway}/graphql`, mu: place('mu'), su: place('su'), cu: place('cu') };
  const addresses = { wallet, authority: mu.address ?? '', scheduler: su.address ?? '' };
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      try {
        await node.close();
      } finally {
        await remove();
      }
    })();
    return closing;
  };
  return {
    urls,
    addresses,
    module,
    dataDir,
    clock: nodeClock(ask),
    ...talking(node, signing, module),
    snippet: (client) => (client === 'aos' ? aosSnippet : aoconnectSnippet)({ urls, ...addresses, luaModule: module }),
    ask: (name, args) => {
      if (!isCommandName(name) || COMMANDS[name].owner === 'shell') throw new AoError('COMMAND_UNKNOWN', { command: name });
      return ask(name, args as never);
    },
    onFact: (listener) =>
      node.on('facts', ({ facts }) => {
        for (const fact of facts) listener({ ...fact });
      }),
    createWallet,
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Talking = Pick<api.RunningNode, 'spawn' | 'send' | 'eval' | 'result' | 'dryRun' | 'state' | 'idle' | 'stop' | 'uploadModule'>;

/** What a person does with processes. */
function talking({ ask }: LocalNode, signing: Signing, lua: ModuleId): Talking {
  const resultAt = async (process: ProcessId, slot: Slot): Promise<api.SlotOutcome> => shown(await ask('cu.result', { process, slot }));
  const slotOf = async (process: ProcessId, at: number | string): Promise<Slot> =>
    typeof at === 'number' ? toSlot(at) : (await ask('su.find', { process, id: toItemId(at) })).assignment.slot;
  const send: Talking['send'] = async (process, { action, tags, data = '' }) => {
    const to = processOf(process);
    const all = [...(action === undefined ? [] : [{ name: 'Action', value: action }]), ...tagList(tags)];
    const { id, slot } = await signing.send(to, all, data, NEVER);
    return { id, slot, result: () => resultAt(to, slot) };
  };
  return {
    send,
    async spawn(what) {
      const { source, file, name = 'process', tags, module } = typeof what === 'string' ? { source: what } : { ...what };
      const text = source ?? (file === undefined ? '' : await readFile(file, 'utf8'));
      const on = module === undefined ? lua : toModuleId(idOf(module));
      const process = await signing.spawn({ name, source: text, tags: tagList(tags), module: on }, NEVER);
      const { error } = await resultAt(process, toSlot(0));
      if (error !== null) throw new AoError('BOOT_ERROR', { process, reason: stripVTControlCharacters(error) });
      return process;
    },
    async eval(process, code) {
      const sent = await send(process, { action: 'Eval', data: code });
      const { error, text } = await sent.result();
      if (error !== null) throw new AoError('SLOT_ERROR', { process, slot: sent.slot, reason: stripVTControlCharacters(error) });
      return text;
    },
    async result(process, at) {
      const from = processOf(process);
      return resultAt(from, await slotOf(from, at));
    },
    async dryRun(process, { action, tags, data = '', owner }) {
      const all = [...(action === undefined ? [] : [{ name: 'Action', value: action }]), ...tagList(tags)];
      const message = { tags: all, data, ...(owner === undefined ? {} : { owner }) };
      const outcome = await ask('cu.dryRun', { process: processOf(process), message });
      return { ...outcome, text: textOf(outcome.output) };
    },
    async state(process, path = [], slot) {
      const of = processOf(process);
      const at = slot === undefined ? (await ask('su.process', { process: of })).slotLatest : toSlot(slot);
      const nodes: api.StateNode[] = [];
      for (;;) {
        const page = await ask('cu.state', { process: of, slot: at, path, offset: nodes.length, limit: STATE_PAGE });
        nodes.push(...page.nodes);
        if (page.nodes.length === 0 || nodes.length >= page.total) return nodes;
      }
    },
    idle: async () => void (await ask('mu.idle', {})),
    stop: async (process) => (await ask('cu.stop', { process: processOf(process) })).isStopped,
    async uploadModule({ format, bytes, tags }) {
      const declared = [
        { name: 'Data-Protocol', value: 'ao' },
        { name: 'Type', value: 'Module' },
        { name: 'Module-Format', value: format },
        { name: 'Input-Encoding', value: 'JSON-1' },
        { name: 'Output-Encoding', value: 'JSON-1' },
      ];
      return signing.uploadModule([...declared, ...tagList(tags)], bytes);
    },
  };
}

function shown(outcome: SlotOutcome): api.SlotOutcome {
  return { ...outcome, text: textOf(outcome.output) };
}

function textOf(output: SlotOutcome['output']): string {
  return stripVTControlCharacters(outputText(output).text);
}

function tagList(tags: api.Tags | undefined): readonly Tag[] {
  if (tags === undefined) return [];
  return isList(tags) ? tags : Object.entries(tags).map(([name, value]) => ({ name, value }));
}

function isList(tags: api.Tags): tags is readonly Tag[] {
  return Array.isArray(tags);
}

function idOf(raw: string): string {
  if (!isId(raw)) throw new AoError('ARGUMENTS_INVALID', { command: 'node', reason: `${String(raw).slice(0, 64)} is no id` });
  return raw;
}

function processOf(raw: string): ProcessId {
  return toProcessId(idOf(raw));
}

function createWallet(): Promise<Record<string, unknown>> {
  return new Promise((done, failed) =>
    generateKeyPair('rsa', { modulusLength: 4096, publicExponent: 65_537 }, (error, _publicKey, key) =>
      error === null ? done({ ...key.export({ format: 'jwk' }) }) : failed(error),
    ),
  );
}
