import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { nodeClock, parseTime } from '../contract/clock.ts';
import type { Manifest } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { toModuleId, toSlot, type ProcessId } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import type { HistoryPlace } from '../contract/kept.ts';
import { outputText, type CronOutcome, type Json, type SlotOutcome } from '../contract/outcome.ts';
import { programOf, tagsOf } from '../workspace/topology/program.ts';
import { runTopology } from '../workspace/topology/run.ts';
import { topologyInMemory } from '../workspace/topology/state.ts';
import { processId, type Journal } from './journal.ts';
import type { TestNode } from './node.ts';
import { OWN_WALLET } from './own-wallet.ts';
import { stateCode } from './state-code.ts';

/** Answers what a test asks of its node. */
export interface Asked {
  /** @throws AoError with what the test is told. */
  answer(kind: string, args: Json): Promise<unknown>;
  /** The slot that the test looked at last; null before any. */
  place(): HistoryPlace | null;
  /** Before each test: what the test before has spawned is asleep from now on, its crons included. */
  begin(): Promise<void>;
}

export interface AskedPorts {
  readonly node: TestNode;
  readonly journal: Journal;
  readonly manifest: Manifest;
  /** For processes that name no module; null for the Lua module. */
  readonly module: string | null;
  readonly signal: AbortSignal;
}

const tags = z.array(z.object({ name: z.string(), value: z.string() }));
const of = z.object({ id: z.string() });
const slotOf = of.extend({ slot: z.number().int().min(0).transform(toSlot), tick: z.number().int().min(0).optional() });
const schemas = {
  spawn: z.object({
    name: z.string().optional(),
    source: z.string().optional(),
    code: z.string().optional(),
    module: z.string().optional(),
    from: z.string().optional(),
    tags,
  }),
  spawnAll: z.object({ isStarted: z.boolean(), sources: z.array(z.object({ name: z.string(), source: z.string() })) }),
  send: z.object({ to: z.string(), from: z.string().optional(), tags, data: z.string() }),
  ticked: of.extend({ cron: z.string().optional() }),
  state: of.extend({ expression: z.string() }),
  eval: of.extend({ code: z.string() }),
  tried: of.extend({ from: z.string().optional(), tags, data: z.string() }),
  clock: z.object({ how: z.string(), by: z.number().positive().optional(), to: z.union([z.number(), z.string()]).optional() }),
  look: z.object({ process: z.string().transform(processId), slot: z.number().transform(toSlot) }),
  name: z.object({ name: z.string() }),
};
const TICKS_PAGE = 500;
/** An empty table of Lua reads as a list. */
const NO_ARGS = z.unknown();

export function createAsked({ node, journal, manifest, module, signal }: AskedPorts): Asked {
  const { ask } = node;
  const clock = nodeClock(ask);
  let looked: HistoryPlace | null = null;
  const rest = async (): Promise<void> => {
    await ask('mu.idle', {});
    await journal.follow();
  };
  const resultAt = async (place: HistoryPlace): Promise<SlotOutcome> => ask('cu.result', place);
  const booted = async (process: ProcessId, name: string): Promise<void> => {
    looked = { process, slot: toSlot(0) };
    const { error } = await resultAt(looked);
    if (error !== null) throw new AoError('BOOT_ERROR', { process: name, reason: plain(error) });
  };
  const moduleOf = (ref: string | null | undefined) => node.modules.resolve(ref ?? module, node.files);
  const addressOf = async (name: string): Promise<string> => {
    const address = await node.signing(name).load();
    journal.name(address, name, true);
    return address;
  };
  const send = async (to: ProcessId, from: string, list: z.infer<typeof tags>, data: string) => {
    const { id, slot } = await node.signing(from).send(to, list, data, signal);
    looked = { process: to, slot };
    await resultAt(looked);
    return { id, slot, target: to, from: await addressOf(from) };
  };
  /** The newest moment of a process: after the crons that came since its last message. */
  const latest = async (process: ProcessId): Promise<HistoryPlace & { readonly tick: number | null }> => {
    const { slotLatest } = await ask('su.process', { process });
    looked = { process, slot: slotLatest };
    const { newest } = await ask('cu.cron', { process, after: null, limit: 1 });
    return newest === null || newest.slot <= slotLatest ? { ...looked, tick: null } : { process, ...newest };
  };
  const ticksOf = async (process: ProcessId): Promise<readonly CronOutcome[]> => {
    const found: CronOutcome[] = [];
    for (;;) {
      const last = found.at(-1);
      const after = last === undefined ? null : { slot: last.slot, tick: last.tick };
      const { ticks } = await ask('cu.cron', { process, after, limit: TICKS_PAGE });
      found.push(...ticks);
      if (ticks.length < TICKS_PAGE) return found;
    }
  };
  const spawn = async (wish: z.infer<typeof schemas.spawn>) => {
    const planned =
      wish.code !== undefined || wish.source !== undefined ? undefined : manifest.processes.find(({ name }) => name === wish.name);
    const source = wish.source ?? planned?.source;
    if (source === undefined && wish.code === undefined && wish.module === undefined)
      throw new AoError('TEST_PROCESS_UNKNOWN', {
        name: wish.name ?? '',
        known: manifest.processes.map(({ name }) => name).join(', ') || 'none',
      });
    const plan = source === undefined ? null : { name: '', ...planned, source };
    const program = plan === null ? null : await programOf(plan, node.files, manifest.bundle);
    const name = wish.name ?? source ?? 'process';
    const from = wish.from ?? OWN_WALLET;
    await addressOf(from);
    const process = await node.signing(from).spawn(
      {
        name,
        source: wish.code ?? program?.text ?? '',
        // Whom it needs is the test's affair.
        tags: [...(plan === null ? [] : tagsOf(plan, new Map())), ...wish.tags],
        module: toModuleId(await moduleOf(wish.module ?? program?.moduleRef)),
        isData: program?.kind === 'data',
      },
      signal,
    );
    journal.name(process, name);
    await booted(process, name);
    return { name, id: process };
  };
  const answers: Readonly<Record<string, (args: Json) => Promise<unknown>>> = {
    spawn: (args) => spawn(schemas.spawn.parse(args)),
    async spawnAll(args) {
      const { isStarted, sources } = schemas.spawnAll.parse(args);
      await addressOf(OWN_WALLET);
      const known = manifest.processes.map(({ name }) => name);
      const unknown = sources.find(({ name }) => !known.includes(name));
      if (unknown !== undefined) throw new AoError('TEST_PROCESS_UNKNOWN', { name: unknown.name, known: known.join(', ') || 'none' });
      const processes = manifest.processes.map(({ start, source, ...one }) => ({
        ...one,
        source: sources.find(({ name }) => name === one.name)?.source ?? source,
        ...(isStarted && start !== undefined ? { start } : {}),
      }));
      const ports = { ask, files: node.files, signing: node.signing(OWN_WALLET), module: moduleOf, store: topologyInMemory(), signal };
      const running = await runTopology({ ...manifest, processes }, {}, ports);
      for (const { name, process } of running) journal.name(process, name);
      for (const { name, process } of running) await booted(process, name);
      await rest();
      return running.map(({ name, process }) => ({ name, id: process }));
    },
    async send(args) {
      const { to, from = OWN_WALLET, tags: list, data } = schemas.send.parse(args);
      return send(processId(to), from, list, data);
    },
    async result(args) {
      const { id, slot, tick } = slotOf.parse(args);
      looked = { process: processId(id), slot };
      if (tick === undefined) return outcomeOf(await resultAt(looked));
      const found = (await ticksOf(looked.process)).find((one) => one.slot === slot && one.tick === tick);
      if (found === undefined) throw new AoError('CRON_NONE', { process: journal.nameOf(id) });
      return outcomeOf(found);
    },
    async followed(args) {
      const { id, slot, tick } = slotOf.parse(args);
      await rest();
      return journal.followed({ process: processId(id), slot, ...(tick === undefined ? {} : { tick }) });
    },
    async ticked(args) {
      const { id, cron } = schemas.ticked.parse(args);
      await rest();
      const process = processId(id);
      const found = (await ticksOf(process)).findLast((one) => cron === undefined || one.cron === cron);
      if (found === undefined) throw new AoError('CRON_NONE', { process: journal.nameOf(id) });
      return { slot: found.slot, tick: found.tick, cron: found.cron, target: process, from: process };
    },
    async received(args) {
      await rest();
      return journal.received(of.parse(args).id);
    },
    async state(args) {
      const { id, expression } = schemas.state.parse(args);
      await rest();
      const place = await latest(processId(id));
      const { item } = await ask('su.process', { process: place.process });
      // Whoever owns it may look into it, and nothing stays of that.
      const owner = tagValue(item.tags, 'From-Process') ?? item.address;
      const message = { owner, from: owner, tags: [{ name: 'Action', value: 'Eval' }], data: stateCode(expression) };
      const { error, output } = await ask('cu.dryRun', { ...place, message });
      if (error !== null) throw new AoError('TEST_STATE', { expression, reason: plain(error) });
      return { text: outputText(output).text };
    },
    async eval(args) {
      const { id, code } = schemas.eval.parse(args);
      const sent = await send(processId(id), OWN_WALLET, [{ name: 'Action', value: 'Eval' }], code);
      const { error, output } = await resultAt({ process: sent.target, slot: sent.slot });
      if (error !== null) throw new AoError('SLOT_ERROR', { process: journal.nameOf(id), slot: sent.slot, reason: plain(error) });
      return plain(outputText(output).text);
    },
    async tried(args) {
      const { id, from = OWN_WALLET, tags: list, data } = schemas.tried.parse(args);
      await rest();
      const owner = await addressOf(from);
      return outcomeOf(await ask('cu.dryRun', { ...(await latest(processId(id))), message: { owner, from: owner, tags: list, data } }));
    },
    wallet: (args) => addressOf(schemas.name.parse(args).name),
    async monitor(args) {
      const process = processId(of.parse(args).id);
      await ask('mu.monitor', { process });
    },
    idle: rest,
    async clock(args) {
      const { how, by = 1, to = 0 } = schemas.clock.parse(args);
      await rest();
      const ways: Readonly<Record<string, () => ReturnType<typeof clock.state>>> = {
        now: clock.state,
        step: () => clock.step(by),
        tick: clock.stepTick,
        block: clock.stepBlock,
        jump: () => clock.jump(typeof to === 'number' ? to : parseTime(to)),
      };
      const { timestampMs, blockHeight } = await (ways[how] ?? clock.state)();
      return { ms: timestampMs, height: blockHeight };
    },
    async look(args) {
      const found = schemas.look.safeParse(args);
      if (found.success) looked = found.data;
    },
    read: (args) => moduleFile(node, schemas.name.parse(args).name),
  };
  return {
    async answer(kind, args) {
      const found = answers[kind];
      if (found === undefined) throw new AoError('COMMAND_UNKNOWN', { command: kind });
      return found(NO_ARGS.parse(args) as Json);
    },
    place: () => looked,
    async begin() {
      looked = null;
      // Also those of a start that failed half-way.
      const { processes } = await ask('mu.monitors', {});
      for (const process of processes) await ask('mu.unmonitor', { process }).catch(unlessUnmonitored);
    },
  };
}

function unlessUnmonitored(error: unknown): void {
  if (!(error instanceof AoError) || error.code !== 'MONITOR_UNKNOWN') throw error;
}

/** What `require` finds: dots of a name are folders, from the project's root or from its tests. */
async function moduleFile(node: TestNode, name: string): Promise<{ readonly file: string; readonly text: string }> {
  const way = `${name.replaceAll('.', '/')}.lua`;
  for (const file of [way, `tests/${way}`]) {
    try {
      return { file, text: (await node.files.read(file)).text };
    } catch (error) {
      if (!(error instanceof AoError) || error.code !== 'FILE_MISSING') throw error;
    }
  }
  throw new AoError('FILE_MISSING', { path: way });
}

function outcomeOf(outcome: Pick<SlotOutcome, 'output' | 'error' | 'messages' | 'spawns' | 'assignments' | 'gasUsed'>) {
  const { output, error, messages, spawns, assignments, gasUsed } = outcome;
  const withTags = <T extends { readonly Tags: readonly { readonly name: string; readonly value: string }[] }>(one: T) => {
    const byName = Object.fromEntries(one.Tags.toReversed().map(({ name, value }) => [name, value]));
    return { ...byName, ...one, Tags: byName };
  };
  return {
    output: plain(outputText(output).text),
    error: error === null ? null : plain(error),
    messages: messages.map(withTags),
    spawns: spawns.map(withTags),
    assignments,
    gas: gasUsed,
  };
}

function plain(text: string): string {
  return stripVTControlCharacters(text);
}
