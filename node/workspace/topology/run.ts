import type { Manifest, ManifestProcess } from '../../contract/desktop.ts';
import { AoError, ERRORS } from '../../contract/errors.ts';
import { toProcessId, toSlot, type ModuleId, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { Tag } from '../../contract/item.ts';
import { luaString } from '../../contract/packed.ts';
import type { Client } from '../../contract/rpc.ts';
import type { RanProcess, RunWish } from '../../contract/topology.ts';
import type { SignedItem } from '../../item/build.ts';
import type { ProjectFiles } from '../files.ts';
import { inOrderOfNeeds } from '../manifest-schema.ts';
import type { Signing } from '../signing.ts';
import { isPeering, listed, programOf, shapeOf, tagsOf, type Program } from './program.ts';
import { idsOf, runningOf, type Running, type TopologyState, type TopologyStore } from './state.ts';

export interface TopologyPorts {
  readonly ask: Client['ask'];
  readonly files: Pick<ProjectFiles, 'read' | 'bytes'>;
  readonly signing: Pick<Signing, 'signSpawn' | 'signMessage'>;
  /** The module that `ref` of the manifest means; null for the Lua module. @throws AoError MODULE_*. */
  readonly module: (ref: string | null) => Promise<ModuleId>;
  readonly store: TopologyStore;
  /** What was written down stands, whatever a scheduler says: it is that of somebody else, and may be behind. */
  readonly isLasting?: boolean;
  /** Stops it between two steps. */
  readonly signal: AbortSignal;
}

/** A process of the manifest with what it is to run. */
interface Planned {
  readonly of: ManifestProcess;
  /** Null where its files cannot be read. */
  readonly program: Program | null;
  /** Why; null where they can. */
  readonly problem: unknown;
}

const EVAL: Tag = { name: 'Action', value: 'Eval' };

/**
 * Brings processes of the manifest in step with their files: spawns what is not there, what others need first; evaluates what was
 * changed, or respawns it; tells all of each other's ids (the global `Peers`, name → process id) where any of them speaks of it;
 * and sends the start messages to those that have booted. Each item is signed and written down before it is sent, so that
 * a second attempt sends the same one: after a lost answer nothing is spawned or started twice.
 * @throws AoError MANIFEST_EMPTY, PROCESS_UNPLANNED; FILE_*, BUNDLE_*, MODULE_* (nothing is sent then); what the units say.
 */
export async function runTopology(manifest: Manifest, wish: RunWish, ports: TopologyPorts): Promise<readonly RanProcess[]> {
  const run = new TopologyRun(ports, await ports.store.read());
  await run.finish(true);
  if (ports.isLasting !== true) await run.forgetMissing();
  const planned = await plan(manifest, wish, ports);
  const wanted = wantedOf(manifest, planned, wish, run);
  const modules = new Map<string | null, ModuleId>();
  for (const { of, program, problem } of wanted) {
    if (program === null) throw problem;
    const ref = program.moduleRef;
    if (run.todo(of, program, wish) === 'spawned' && !modules.has(ref)) modules.set(ref, await ports.module(ref));
  }
  const did = new Map<string, RanProcess['did']>();
  for (const one of inOrderOfNeeds(wanted.map(({ of }) => of))) {
    const program = wanted.find(({ of }) => of === one)?.program;
    if (program === null || program === undefined) continue;
    const todo = run.todo(one, program, wish);
    if (todo === 'spawned') await run.spawn(one, program, modules.get(program.moduleRef) ?? (await ports.module(program.moduleRef)));
    did.set(one.name, todo);
  }
  const line = peersLine(manifest.processes.flatMap(({ name }) => run.named(name)));
  const evaluated = new Map<string, Slot | null>();
  for (const { of: one, program } of wanted) {
    const running = run.running(one.name);
    if (program?.kind !== 'code' || running === null) continue;
    const isOwed = running.code === null && one.boot === 'eval';
    if (did.get(one.name) === 'evaluated' || isOwed) evaluated.set(one.name, await run.evaluate(one, program, isOwed ? line : null));
  }
  if (planned.some(({ program }) => program !== null && isPeering(program)))
    for (const { of: one, program } of planned) if (program?.kind === 'code') await run.tellPeers(one.name, line);
  for (const { of: one } of planned) await run.monitor(one);
  const errors = await run.outcomes(planned.map(({ of }) => of.name));
  for (const { of: one } of planned) await run.settleBoot(one.name, errors);
  for (const { of: one } of planned) await run.start(one, errors);
  return wanted.flatMap(({ of: { name } }) => {
    const running = run.running(name);
    const what = did.get(name);
    if (running === null || what === undefined) return [];
    const slot = evaluated.get(name) ?? (what === 'spawned' ? toSlot(0) : null);
    return [{ name, process: running.process, did: what, slot, error: errors.get(name) ?? null }];
  });
}

async function plan(manifest: Manifest, wish: RunWish, ports: TopologyPorts): Promise<readonly Planned[]> {
  const { processes, bundle } = manifest;
  if (processes.length === 0) throw new AoError('MANIFEST_EMPTY');
  const known = new Set(processes.map(({ name }) => name));
  for (const name of wish.names ?? []) if (!known.has(name)) throw new AoError('PROCESS_UNPLANNED', { name, known: [...known].join(', ') });
  return Promise.all(
    processes.map((of) =>
      programOf(of, ports.files, bundle).then(
        (program) => ({ of, program, problem: null }),
        // One that nobody asks for keeps no other from running.
        (problem: unknown) => ({ of, program: null, problem }),
      ),
    ),
  );
}

/** Those that are asked for, and of those that they need what is not there. */
function wantedOf({ processes }: Manifest, planned: readonly Planned[], { names }: RunWish, run: TopologyRun): readonly Planned[] {
  if (names === undefined) return planned;
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const need of processes.find((one) => one.name === name)?.needs ?? []) if (run.running(need) === null) add(need);
  };
  for (const name of names) add(name);
  return planned.filter(({ of }) => wanted.has(of.name));
}

/** One Lua line that sets `Peers`, for an Eval by the owner: works on every aos. */
export function peersLine(running: readonly { readonly name: string; readonly process: ProcessId }[]): string {
  const entries = running.map(({ name, process }) => `[${luaString(name)}] = ${luaString(process)}`);
  return `Peers = { ${entries.join(', ')} }`;
}

/** The steps of one run, each written down before and after it is taken. */
class TopologyRun {
  readonly #ports: TopologyPorts;
  #state: TopologyState;

  constructor(ports: TopologyPorts, state: TopologyState) {
    this.#ports = ports;
    this.#state = state;
  }

  running(name: string): Running | null {
    return runningOf(this.#state, name);
  }

  named(name: string): { readonly name: string; readonly process: ProcessId }[] {
    const found = this.running(name);
    return found === null ? [] : [{ name, process: found.process }];
  }

  async #keep(name: string, change: Partial<Running>): Promise<void> {
    const before = this.running(name);
    if (before === null) return;
    this.#state = { ...this.#state, running: { ...this.#state.running, [name]: { ...before, ...change } } };
    await this.#ports.store.write(this.#state);
  }

  /**
   * Sends what is signed and written down: the same item, which is taken once.
   * @param isAgain an earlier run has sent it, and does not know the answer
   */
  async finish(isAgain: boolean): Promise<Slot | null> {
    const { sending } = this.#state;
    if (sending === null) return null;
    const { ask, signal, store } = this.#ports;
    const done = async (slot: Slot | null): Promise<Slot | null> => {
      const { unread } = sending.after;
      const after = unread === null ? sending.after : { ...sending.after, unread: { ...unread, slot } };
      this.#state = { ...this.#state, running: { ...this.#state.running, [sending.name]: after }, sending: null };
      await store.write(this.#state);
      return slot;
    };
    try {
      const { slot } = await ask('mu.send', { item: sending.item }, signal);
      return await done(slot);
    } catch (error) {
      if (error instanceof AoError && error.code === 'MESSAGE_DUPLICATE') {
        const { slot } = error.details;
        return done(typeof slot === 'number' ? toSlot(slot) : null);
      }
      if (isRefusedForGood(error, isAgain)) {
        this.#state = { ...this.#state, sending: null };
        await store.write(this.#state);
      }
      throw error;
    }
  }

  async #send(name: string, item: SignedItem, after: Running): Promise<Slot | null> {
    this.#ports.signal.throwIfAborted();
    this.#state = { ...this.#state, sending: { name, item: item.raw, after } };
    await this.#ports.store.write(this.#state);
    return this.finish(false);
  }

  /** Data that was deleted takes its processes along. */
  async forgetMissing(): Promise<void> {
    const running: Record<string, Running> = {};
    for (const [name, one] of Object.entries(this.#state.running)) {
      const { isProcess } = await this.#ports.ask('su.isProcess', { id: one.process }, this.#ports.signal);
      if (isProcess) running[name] = one;
    }
    this.#state = { ...this.#state, running };
  }

  todo(one: ManifestProcess, program: Program, wish: RunWish): RanProcess['did'] {
    return todoOf(one, program, this.#state, wish);
  }

  async spawn(one: ManifestProcess, program: Program, module: ModuleId): Promise<void> {
    const { signing, signal } = this.#ports;
    const former = this.running(one.name);
    const isEval = program.kind === 'code' && one.boot === 'eval';
    const needs = (one.needs ?? []).flatMap((name) => this.named(name));
    const isTold = needs.length > 0 && isPeering(program);
    const source = isEval ? '' : isTold ? `${peersLine(needs)} ${program.text}` : program.text;
    const tags = tagsOf(one, idsOf(this.#state));
    const item = await signing.signSpawn({ name: one.name, source, tags, module, isData: program.kind === 'data' }, signal);
    if (former?.isMonitored === true) await this.#unmonitor(former.process);
    await this.#send(one.name, item, {
      process: toProcessId(item.id),
      shape: shapeOf(one, program, idsOf(this.#state)),
      code: isEval ? null : program.hash,
      peers: null,
      isMonitored: false,
      isBooted: null,
      isStarted: false,
      unread: null,
    });
  }

  /** @param peers the line with the ids of all, where the code is to find it; null where it is told of them otherwise. */
  async evaluate(one: ManifestProcess, program: Program, peers: string | null): Promise<Slot | null> {
    const now = this.running(one.name);
    if (now === null) return null;
    const line = peers !== null && isPeering(program) ? peers : null;
    const data = line === null ? program.text : `${line} ${program.text}`;
    const item = await this.#ports.signing.signMessage(now.process, [EVAL, { name: 'Source', value: one.source }], data);
    const unread = { slot: null, former: now.code };
    return this.#send(one.name, item, { ...now, code: program.hash, peers: line ?? now.peers, unread });
  }

  async tellPeers(name: string, line: string): Promise<void> {
    const now = this.running(name);
    if (now === null || now.peers === line) return;
    await this.#send(name, await this.#ports.signing.signMessage(now.process, [EVAL], line), { ...now, peers: line });
  }

  async monitor({ name, cron = [], isMonitored = cron.length > 0 }: ManifestProcess): Promise<void> {
    const now = this.running(name);
    if (now === null || now.isMonitored === isMonitored) return;
    if (isMonitored) await this.#ports.ask('mu.monitor', { process: now.process }, this.#ports.signal).catch(unless('MONITOR_EXISTS'));
    else await this.#unmonitor(now.process);
    await this.#keep(name, { isMonitored });
  }

  async #unmonitor(process: ProcessId): Promise<void> {
    await this.#ports.ask('mu.unmonitor', { process }, this.#ports.signal).catch(unless('MONITOR_UNKNOWN'));
  }

  /** Errors of what was evaluated, by name. Code that failed left nothing: the process runs what it ran before. */
  async outcomes(names: readonly string[]): Promise<Map<string, string>> {
    const errors = new Map<string, string>();
    for (const name of names) {
      const { process, unread } = this.running(name) ?? {};
      if (process === undefined || unread === null || unread === undefined) continue;
      const { slot, former } = unread;
      const error = slot === null ? null : (await this.#ports.ask('cu.result', { process, slot }, this.#ports.signal)).error;
      if (error !== null) errors.set(name, error);
      await this.#keep(name, error === null ? { unread: null } : { unread: null, code: former });
    }
    return errors;
  }

  async settleBoot(name: string, errors: Map<string, string>): Promise<void> {
    const now = this.running(name);
    if (now === null || now.isBooted !== null) return;
    const { error } = await this.#ports.ask('cu.result', { process: now.process, slot: toSlot(0) }, this.#ports.signal);
    if (error !== null) errors.set(name, error);
    await this.#keep(name, { isBooted: error === null });
  }

  async start({ name, start }: ManifestProcess, errors: ReadonlyMap<string, string>): Promise<void> {
    const now = this.running(name);
    if (now === null || now.isStarted || now.isBooted !== true || errors.has(name)) return;
    if (start === undefined) return this.#keep(name, { isStarted: true });
    const tags = [{ name: 'Action', value: start.action }, ...listed(start.tags)];
    const item = await this.#ports.signing.signMessage(now.process, tags, start.data ?? '');
    await this.#send(name, item, { ...now, isStarted: true });
  }
}

/** What is to be done with a process as its files, and what was written down of it, stand. */
export function todoOf(
  one: ManifestProcess,
  program: Program,
  state: TopologyState,
  { how = 'evaluate', isForced = false }: RunWish,
): RanProcess['did'] {
  const now = runningOf(state, one.name);
  if (now === null) return 'spawned';
  const isOther = shapeOf(one, program, idsOf(state)) !== now.shape;
  const isChanged = program.kind === 'code' && program.hash !== now.code;
  if (isForced && how === 'respawn') return 'spawned';
  // It has no state to lose.
  if (now.isBooted === false) return isOther || isChanged || isForced || how === 'respawn' ? 'spawned' : 'kept';
  if (isForced) return program.kind === 'code' ? 'evaluated' : 'left';
  if (isOther) return how === 'respawn' ? 'spawned' : 'left';
  if (!isChanged) return 'kept';
  return how === 'respawn' && now.code !== null ? 'spawned' : 'evaluated';
}

/**
 * What else a run would send besides spawning and evaluating: the pending item of an earlier one, the ids of others, start messages, watching
 * of crons; and what it would look at. In words, for a plan.
 * @param processes in the order of the manifest
 */
export function owedBy(processes: readonly { readonly of: ManifestProcess; readonly program: Program }[], state: TopologyState): string[] {
  const known = processes.flatMap(({ of: { name } }) => {
    const found = runningOf(state, name);
    return found === null ? [] : [{ name, process: found.process }];
  });
  const line = peersLine(known);
  const areTold = processes.some(({ program }) => isPeering(program));
  const owed = state.sending === null ? [] : [`what was signed for ${state.sending.name} before is sent again`];
  for (const { of, program } of processes) {
    const now = runningOf(state, of.name);
    if (now === null) continue;
    const { name, cron = [], isMonitored = cron.length > 0, start } = of;
    if (areTold && program.kind === 'code' && now.peers !== line) owed.push(`${name} is told the ids of the others`);
    if (now.isMonitored !== isMonitored)
      owed.push(isMonitored ? `the crons of ${name} are watched` : `the crons of ${name} are watched no longer`);
    if (now.unread !== null || now.isBooted === null) owed.push(`what became of the code of ${name} is looked at`);
    if (!now.isStarted && now.isBooted !== false && start !== undefined) owed.push(`${name} gets its start message ${start.action}`);
  }
  return owed;
}

/** What was refused will never be taken. Of all else nobody knows: it may have arrived. A unit elsewhere that refuses may only have been slow, so it is asked twice. */
function isRefusedForGood(error: unknown, isAgain: boolean): boolean {
  if (!(error instanceof AoError) || error.code === 'CANCELLED' || ERRORS[error.code].fault !== 'user') return false;
  return error.code !== 'UNIT_REFUSED' || isAgain;
}

function unless(code: AoError['code']): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof AoError) || error.code !== code) throw error;
  };
}
