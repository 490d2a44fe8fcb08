import { parseCrons, type CronPlan } from '../contract/cron.ts';
import { AoError } from '../contract/errors.ts';
import { toSlot, type ModuleId, type ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import { standInsOf } from '../contract/stand-ins.ts';
import { checkDeclared } from './declared.ts';
import { tagsOf, tickInput } from './cron.ts';
import type { CuPorts } from './ports.ts';
import type { TickRun } from './timeline/ticks.ts';
import { messageInput } from './message.ts';
import { placeOf } from './place.ts';
import type { Step } from './evaluator/protocol.ts';
import { engineOf } from './timeline/engine.ts';
import type { MachineLimits, ModuleSource, ProcessEnv } from './vm/machine.ts';

/** What a process runs: its module's bytes and what every evaluation is told of it. */
export interface Program {
  readonly module: ModuleSource;
  readonly env: ProcessEnv;
  /** What computes its states (timeline/engine.ts). */
  readonly engine: string;
  /** What wakes the process by itself; null for most. */
  readonly cron: CronPlan | null;
}

/**
 * Fetches a process's module.
 * @param instead another module to run it on; its own when null.
 * @throws AoError PROCESS_UNKNOWN, MODULE_UNKNOWN, LIMIT_DECLINED, MODULE_FORMAT_UNKNOWN, MODULE_ENCODING, EXTENSION_MISSING, CRON_INVALID.
 */
export async function fetchProgram(ports: CuPorts, process: ProcessId, instead: ModuleId | null = null): Promise<Program> {
  const info = await ports.ask('su.process', { process });
  const standIns = standInsOf(info.assignment);
  const module = await ports.modules.get(instead ?? standIns.module ?? info.module);
  checkDeclared(ports, process, info.item.tags, module);
  const { source, env } = module;
  const cron = parseCrons(info.item.tags, info.assignment);
  const trusted = standIns.authority === null ? [] : [{ name: 'Authority', value: standIns.authority }];
  return {
    module: source,
    engine: engineOf(source),
    env: { Process: { Id: process, Owner: info.item.address, Tags: [...info.item.tags, ...trusted] }, Module: env },
    cron,
  };
}

/** What a machine is told of the limits that hold now. */
export function machineLimits({ limits: { gas, memoryBytes } }: CuPorts): MachineLimits {
  return { gas, memoryBytes };
}

/**
 * A log entry as a step to run; an assignment's data is fetched from the gateway.
 * @param limits that hold for it; those of now when null. @throws AoError RECORDING_REDACTED where what is left of the message is not the whole.
 */
export async function stepOf(ports: CuPorts, { assignment, message, removed }: LogEntry, limits: MachineLimits | null): Promise<Step> {
  if (removed !== undefined) throw new AoError('RECORDING_REDACTED', { process: assignment.process, slot: assignment.slot });
  const item = message ?? (await ports.ask('gateway.item', { id: assignment.message }));
  return { slot: assignment.slot, message: messageInput(assignment, item, message === null), limits: limits ?? machineLimits(ports) };
}

/** A cron message that has been run as a step to run again. */
export function stepOfTick(process: ProcessId, program: Program, { outcome, limits }: TickRun): Step {
  const { slot, cron } = outcome;
  const tags = program.cron === null ? [] : tagsOf(program.cron, { cron });
  return { slot, message: tickInput(process, program.env.Process.Owner, { ...outcome, tags }), limits };
}

const PAGE = 200;

/**
 * The log of a process from slot `from` to `to`, page by page and without gaps.
 * @throws AoError SLOT_UNKNOWN where it ends before `to`, LOG_BROKEN where a slot is missing.
 */
export async function* logOf(ports: CuPorts, process: ProcessId, from: number, to: number): AsyncGenerator<LogEntry> {
  let next = from;
  while (next <= to) {
    const { entries } = await ports.ask('su.log', { process, from: toSlot(next), limit: Math.min(PAGE, to - next + 1) });
    if (entries.length === 0) throw new AoError('SLOT_UNKNOWN', { process, slot: next });
    for (const entry of entries) {
      const { slot } = entry.assignment;
      if (slot !== next) throw new AoError('LOG_BROKEN', { process, slot });
      yield entry;
      next++;
    }
  }
}

/**
 * The steps after the place `after` up to the place `to` (place.ts), each slot's cron messages first, without those that
 * failed: a failed slot leaves the memory as it was, and one that a limit ended must not be run again (design §3: a
 * replay obeys the recorded verdict). Each goes under the limits that held for it, whatever the person has set since.
 */
export async function stepsBetween(ports: CuPorts, process: ProcessId, program: Program, after: number, to: number): Promise<Step[]> {
  const [first, last] = [Math.floor(after) + 1, Math.floor(to)];
  const runs = ports.memory.runsOf(process, first, last);
  const ticks = (program.cron === null ? [] : ports.memory.ticks.between(process, first, Math.ceil(to))).filter(({ outcome }) => {
    const place = placeOf(outcome.slot, outcome.tick);
    return place > after && place <= to;
  });
  let tick = 0;
  const ticksOf = (slot: number): Step[] => {
    const before = tick;
    while (ticks[tick]?.outcome.slot === slot) tick++;
    return stepsOfTicks(process, program, ticks.slice(before, tick));
  };
  const steps: Step[] = [];
  for await (const entry of logOf(ports, process, first, last)) {
    const { slot } = entry.assignment;
    const run = runs.get(slot);
    steps.push(...ticksOf(slot));
    if (run?.isFailed !== true) steps.push(await stepOf(ports, entry, run?.limits ?? null));
  }
  return [...steps, ...ticksOf(last + 1)];
}

/** Cron messages that have been run, as steps, without those that failed. */
export function stepsOfTicks(process: ProcessId, program: Program, ticks: readonly TickRun[]): Step[] {
  return ticks.filter(({ outcome }) => outcome.error === null).map((tick) => stepOfTick(process, program, tick));
}
