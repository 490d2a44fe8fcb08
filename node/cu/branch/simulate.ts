import type { BranchInfo, BranchRun, BranchStep, LaterAnswer, SpawnNotRun } from '../../contract/branch.ts';
import { AoError } from '../../contract/errors.ts';
import { isId, toProcessId, toSlot, type ProcessId } from '../../contract/ids.ts';
import { tagValue, type Item, type LogEntry } from '../../contract/item.ts';
import type { OutboxMessage, OutboxSpawn, Outcome } from '../../contract/outcome.ts';
import type { CuPorts } from '../ports.ts';
import { stepOf, stepOfTick, type Program } from '../program.ts';
import type { MessageInput } from '../vm/machine.ts';
import { tickInput } from '../cron.ts';
import { createBranchCrons, type Wake } from './crons.ts';
import { injectedInput, placedInput, sentInput } from './input.ts';
import { createBranchKeyframes } from './keyframes.ts';
import { openLine, type Line } from './line.ts';
import { childOf, spawnedEntry } from './spawned.ts';
import { createLater } from './later.ts';
import { heightAt, messengerOf, readMainLog, senderOf, startTogether, type MainLog } from './main-log.ts';
import { goneLine, plainLine, planLines, type LinePlan, type PlannedEntry } from './plan.ts';
import { createQueue } from './queue.ts';
import { createStory, type Story } from './story.ts';

/** Evaluations of one branch at most: two processes that answer each other for ever end here. */
const STEPS_MAX = 100_000;

/** A branch on its way. */
export interface Simulation {
  /** Goes on for about so long. */
  advance(budgetMs: number, signal: AbortSignal): Promise<BranchRun>;
  line(process: ProcessId): Line | null;
  /** What was run and what was left out, in order. */
  readonly story: Story;
  /** Says what becomes of the later message that is asked about, or of it and all after it. False where none is. */
  answer(answer: LaterAnswer, isForAll: boolean): boolean;
  close(): Promise<void>;
}

/** Something that is to happen in a branch, at a time. */
interface Event {
  readonly timeMs: number;
  readonly line: Line;
  /** True where it waits for an answer: it is run again then. */
  readonly run: () => Promise<boolean>;
}

/** A process of the main line that a branch does without, and the entry that told its parent of it. */
interface Former {
  readonly process: ProcessId;
  readonly entry: LogEntry;
}

/**
 * Runs a branch in the order of time. The lines that an edit touches are run; in a branch of the whole node every
 * process joins as soon as it would get something else than it got: a message that is new or different, or one less.
 * What a line in the branch sends goes to whom it is for, at the time it had on the main line where it had one.
 * Everything else stays as it was, and is not run at all.
 * @param programOf the program of a process, on another module where one is given; the process has been evaluated.
 */
export async function simulate(
  ports: CuPorts,
  branch: number,
  spec: BranchInfo,
  programOf: (process: ProcessId, module: LinePlan['module']) => Promise<Program>,
): Promise<Simulation> {
  const lines = new Map<ProcessId, Line>();
  const logs = new Map<ProcessId, Promise<MainLog>>();
  const sentSlots = new Map<ProcessId, Map<string, number>>();
  const queue = createQueue<Event>();
  const later = createLater(spec.later);
  const story = createStory();
  const crons = createBranchCrons(ports);
  const ofBranch = { branch, keyframes: createBranchKeyframes() };
  const monitored = new Map<ProcessId, Promise<boolean>>();
  /** The branch's clock: cron messages come up to the newest time that is known in it. */
  let clockMs = spec.untilMs;
  let stepsRun = 0;
  let isOver = false;
  const spawnsNotRun: SpawnNotRun[] = [];
  /** Entries of main logs that tell of processes which are not there in the branch, and whether others are in their place. */
  const untold = new Map<string, 'gone' | 'replaced'>();

  /** What is no question of a later message. */
  const add = ({ run, ...event }: Omit<Event, 'run'> & { readonly run: () => Promise<void> }): void =>
    queue.add({ ...event, run: () => run().then(() => false) });
  const mainLog = (process: ProcessId): Promise<MainLog> => {
    const known = logs.get(process) ?? readMainLog(ports, process);
    logs.set(process, known);
    return known;
  };

  /** Lets a process join, with everything of its main line after the base in its place. */
  const join = async (plan: LinePlan): Promise<Line> => {
    const { process, base } = plan;
    const { entries } = await mainLog(process);
    const baseMs = entries[base]?.assignment.timestampMs ?? 0;
    const line = await openLine(ports, ofBranch, plan, await programOf(process, plan.module), baseMs);
    lines.set(process, line);
    const timeOf = (slot: number): number => (entries[slot]?.assignment.timestampMs ?? baseMs) + plan.shiftOf(slot);
    joinCrons(line, entries);
    for (const entry of entries.slice(base + 1)) {
      const { slot } = entry.assignment;
      clockMs = Math.max(clockMs, timeOf(slot));
      const planned = plan.entriesOf(slot);
      if (planned.length === 0) add({ timeMs: timeOf(slot), line, run: () => leaveOut(line, slot) });
      for (const one of planned) {
        const timeMs = one.after === null ? timeOf(slot) : timeOf(one.after) + one.rank;
        queue.add({ timeMs, line, run: () => runMain(line, entry, one, timeMs) });
      }
    }
    for (const { inject, rank } of plan.injected) {
      const timeMs = timeOf(inject.after) + rank;
      add({
        timeMs,
        line,
        async run() {
          const at = { slot: line.nextSlot(), timestampMs: line.timeFor(timeMs), blockHeight: heightAt(entries, inject.after) };
          const input = injectedInput(process, inject, at);
          await step(line, input, { origin: 'injected', mainSlot: null });
        },
      });
    }
    return line;
  };
  /** The line of a process that gets something else than on the main line from `timeMs` on. */
  const reached = async (process: ProcessId, timeMs: number): Promise<Line> => {
    const known = lines.get(process);
    if (known !== undefined) return known;
    const { entries } = await mainLog(process);
    const base = entries.findLastIndex(({ assignment }) => assignment.timestampMs < timeMs);
    return join(plainLine(process, base));
  };

  /** True where the message waits for an answer. */
  const runMain = async (line: Line, entry: LogEntry, planned: PlannedEntry, timeMs: number, isSentAgain = false): Promise<boolean> => {
    const { slot } = entry.assignment;
    if (entry.removed !== undefined) throw new AoError('RECORDING_REDACTED', { process: line.process, slot });
    const item = entry.message ?? (await ports.ask('gateway.item', { id: entry.assignment.message }));
    const told = untold.get(entry.assignment.id);
    if (told !== undefined) {
      if (told === 'gone') await leaveOut(line, slot);
      return false;
    }
    const isMain = planned.origin === 'main';
    if (isMain && !isSentAgain && spec.scope === 'node' && isSentByLine(item)) return false;
    if (isMain && !isSentAgain) {
      const becomes = later.next({
        process: line.process,
        slot: toSlot(slot),
        action: tagValue(item.tags, 'Action'),
        from: senderOf(item),
      });
      if (becomes === 'ask') return true;
      if (becomes === 'drop') {
        await leaveOut(line, slot);
        return false;
      }
    }
    const { message } = await stepOf(ports, entry, null);
    const at = { slot: line.nextSlot(), timestampMs: line.timeFor(timeMs), blockHeight: entry.assignment.blockHeight };
    await step(line, placedInput(message, planned.edit, at), {
      origin: planned.origin,
      mainSlot: planned.origin === 'duplicated' ? null : slot,
    });
    return false;
  };
  /** What a slot of the main line sent was not sent in the branch either. */
  const leaveOut = async (line: Line, slot: number): Promise<void> => {
    if (line.isLeftOut(slot)) return;
    line.leaveOut(slot);
    story.leftOut(line.process, toSlot(slot));
    const main = ports.memory.outcome(line.process, toSlot(slot));
    if (main !== null) await leaveOutSent(line, main);
  };
  const leaveOutSent = async (line: Line, { messages, spawns }: Outcome): Promise<void> => {
    if (spec.scope !== 'node') return;
    for (const then of messages) await deliverOne(line, 0, undefined, then);
    for (const then of spawns) await leaveOutChild(line, then);
  };
  /** Cron messages of the main line come when they came there; where the line's times are others, by its own schedule. */
  const joinCrons = (line: Line, entries: readonly LogEntry[]): void => {
    const { process, plan, program } = line;
    if (program.cron === null) return;
    const since = entries[plan.base]?.assignment;
    if (plan.isShifted && since !== undefined) {
      crons.add(line, program.cron, since);
      return;
    }
    for (const run of ports.memory.ticks.between(process, plan.base + 1, Number.MAX_SAFE_INTEGER)) {
      const { outcome } = run;
      // What came behind the newest message came only since the branch was made, where it is later.
      if (outcome.slot >= entries.length && outcome.timestampMs >= spec.untilMs) break;
      const timeMs = outcome.timestampMs + plan.shiftOf(outcome.slot);
      if (plan.isGone) {
        add({ timeMs, line, run: () => leaveOutSent(line, outcome) });
        continue;
      }
      const { message } = stepOfTick(process, program, run);
      add({ timeMs, line, run: () => step(line, { ...message, Timestamp: timeMs }, { origin: 'cron', mainSlot: null, main: outcome }) });
    }
  };
  const wake = async (one: Wake): Promise<void> => {
    const { line, tick } = one;
    crons.woken(one);
    await step(line, tickInput(line.process, line.program.env.Process.Owner, tick), { origin: 'cron', mainSlot: null, main: null });
  };
  /** What cron messages send is pushed only where somebody watches the process: who did on the main line does so in the branch. */
  const isMonitored = async ({ process, spawned }: Line): Promise<boolean> => {
    const main = spawned === null ? process : spawned.insteadOf;
    if (main === null) return false;
    for (const { outcome } of ports.memory.ticks.between(main, 0, Number.MAX_SAFE_INTEGER))
      for (const message of outcome.messages) if ((await deliveredOf(main, message)) !== null) return true;
    return false;
  };
  /** Was it sent by a process that is in the branch? Then the branch sends it, or does not. */
  const isSentByLine = (item: Item): boolean => {
    const sender = tagValue(item.tags, 'From-Process');
    const line = sender !== null && isId(sender) ? lines.get(toProcessId(sender)) : undefined;
    if (line === undefined) return false;
    return sentSlotOf(line, item) > line.plan.base;
  };

  /** The slot of the main line in which a line's process sent an item; -1 where that was before the branch. */
  const sentSlotOf = ({ process, plan }: Line, { anchor }: Item): number => {
    let slots = sentSlots.get(process);
    if (slots === undefined) {
      slots = new Map();
      const last = ports.memory.evaluatedTo(process);
      const from = Math.max(0, plan.base + 1);
      if (last >= from)
        for (const { slot, messages } of ports.memory.outcomes(process, toSlot(from), toSlot(last), last - from + 1, 'asc'))
          for (const message of messages) slots.set(message.Anchor, slot);
      for (const { outcome } of ports.memory.ticks.between(process, from, Number.MAX_SAFE_INTEGER))
        for (const message of outcome.messages) slots.set(message.Anchor, outcome.slot);
      sentSlots.set(process, slots);
    }
    return slots.get(anchor) ?? -1;
  };

  /** @param what.main what came of it on the main line, where that is not the outcome of `mainSlot`. */
  const step = async (
    line: Line,
    input: MessageInput,
    what: Pick<BranchStep, 'origin'> & { readonly mainSlot: number | null; readonly main?: (Outcome & { readonly hash: string }) | null },
  ): Promise<void> => {
    const { origin, mainSlot } = what;
    const action = input.Tags.find(({ name }) => name === 'Action')?.value ?? null;
    const main = mainSlot === null ? (what.main ?? null) : ports.memory.outcome(line.process, toSlot(mainSlot));
    const done = await line.run(input, { origin, mainSlot, main, action, from: input.From });
    const at = { timestampMs: input.Timestamp, blockHeight: input['Block-Height'] };
    if (origin !== 'cron') crons.heard(line, at);
    clockMs = Math.max(clockMs, at.timestampMs);
    story.ran(line.process, done);
    stepsRun++;
    if (spec.scope === 'node') await deliver(line, done, main);
  };
  const deliver = async (line: Line, done: BranchStep, main: Outcome | null): Promise<void> => {
    if (done.origin === 'cron') {
      const isPushed = monitored.get(line.process) ?? isMonitored(line);
      monitored.set(line.process, isPushed);
      if (!(await isPushed)) return;
    }
    const count = Math.max(done.messages.length, main?.messages.length ?? 0);
    for (let index = 0; index < count; index++) await deliverOne(line, done.timestampMs, done.messages[index], main?.messages[index]);
    const spawns = Math.max(done.spawns.length, main?.spawns.length ?? 0);
    for (let index = 0; index < spawns; index++) await spawnOne(line, done, index, main?.spawns[index]);
  };
  /** A process that is spawned otherwise than on the main line runs in the branch, in place of the one there. */
  const spawnOne = async (line: Line, done: BranchStep, index: number, then: OutboxSpawn | undefined): Promise<void> => {
    const now = done.spawns[index];
    if (now !== undefined && then !== undefined && JSON.stringify(now) === JSON.stringify(then)) return;
    const former = then === undefined ? null : await leaveOutChild(line, then);
    if (now === undefined) return;
    try {
      await runChild(line, done, index, now, former);
    } catch (error) {
      if (!(error instanceof AoError)) throw error;
      spawnsNotRun.push({ process: line.process, slot: done.slot, index, reason: error.message });
    }
  };
  const runChild = async (line: Line, done: BranchStep, index: number, spawn: OutboxSpawn, former: Former | null): Promise<void> => {
    const timeMs = done.timestampMs + 1;
    const blockHeight = line.stepAt(done.index)?.message['Block-Height'] ?? 0;
    const origin = { timestampMs: timeMs, blockHeight };
    const child = await childOf(ports, line, { slot: done.slot, index, owner: messengerOf(former?.entry ?? null, line), origin }, spawn);
    if (lines.has(child.process)) return;
    const spawned = { by: line.process, insteadOf: former?.process ?? null };
    const made = await openLine(ports, ofBranch, plainLine(child.process, -1), child.program, timeMs - 1, spawned);
    lines.set(child.process, made);
    logs.set(child.process, Promise.resolve({ entries: [], pushed: new Map(), height: blockHeight }));
    if (child.program.cron !== null) crons.add(made, child.program.cron, origin);
    add({
      timeMs,
      line: made,
      run: () =>
        step(made, child.boot({ slot: 0, timestampMs: made.timeFor(timeMs), blockHeight }), {
          origin: 'sent in the branch',
          mainSlot: null,
        }),
    });
    if (former !== null) untold.set(former.entry.assignment.id, 'replaced');
    const toldMs = former?.entry.assignment.timestampMs ?? timeMs + 1;
    add({
      timeMs: toldMs,
      line,
      run: () =>
        step(line, child.told({ slot: line.nextSlot(), timestampMs: line.timeFor(toldMs), blockHeight }), {
          origin: 'sent in the branch',
          mainSlot: former?.entry.assignment.slot ?? null,
        }),
    });
  };
  /** The process that a line spawned on the main line, and does not in the branch: nothing of it is there. */
  const leaveOutChild = async (line: Line, then: OutboxSpawn): Promise<Former | null> => {
    const { entries } = await mainLog(line.process);
    const found = spawnedEntry(entries, line.process, then, ({ assignment }) => untold.has(assignment.id));
    if (found === null) return null;
    untold.set(found.entry.assignment.id, 'gone');
    if (!lines.has(found.process)) await join(goneLine(found.process));
    return found;
  };
  const deliverOne = async (line: Line, sentMs: number, now: OutboxMessage | undefined, then: OutboxMessage | undefined): Promise<void> => {
    const delivered = then === undefined ? null : await deliveredOf(line.process, then);
    const isSame = now !== undefined && then !== undefined && JSON.stringify(now) === JSON.stringify(then);
    if (delivered !== null && then !== undefined) {
      const target = toProcessId(then.Target);
      const { slot, timestampMs: timeMs } = delivered.assignment;
      const joined = isSame ? lines.get(target) : await reached(target, timeMs);
      if (isSame && joined !== undefined && slot > joined.plan.base)
        queue.add({ timeMs, line: joined, run: () => runMain(joined, delivered, PLAIN(slot), timeMs, true) });
      if (!isSame && joined !== undefined && then.Target !== now?.Target) add({ timeMs, line: joined, run: () => leaveOut(joined, slot) });
    }
    if (isSame || now === undefined || !isId(now.Target)) return;
    const target = toProcessId(now.Target);
    if (!lines.has(target) && !(await ports.ask('su.isProcess', { id: target })).isProcess) return;
    const isInPlace = delivered !== null && then?.Target === now.Target;
    const timeMs = isInPlace ? delivered.assignment.timestampMs : sentMs + 1;
    const joined = await reached(target, timeMs);
    const { entries, height } = await mainLog(target);
    const sender = { process: line.process, module: line.program.module.id, owner: messengerOf(delivered, line) };
    add({
      timeMs,
      line: joined,
      async run() {
        const blockHeight = height ?? heightAt(entries, entries.length - 1);
        const at = { slot: joined.nextSlot(), timestampMs: joined.timeFor(timeMs), blockHeight };
        await step(joined, sentInput(sender, now, target, at), {
          origin: 'sent in the branch',
          mainSlot: isInPlace ? delivered.assignment.slot : null,
        });
      },
    });
  };
  /** Where an outbox message of the main line arrived; null where it went to nobody here. */
  const deliveredOf = async (sender: ProcessId, message: OutboxMessage): Promise<LogEntry | null> => {
    if (!isId(message.Target) || !(await ports.ask('su.isProcess', { id: message.Target })).isProcess) return null;
    return (await mainLog(toProcessId(message.Target))).pushed.get(`${sender} ${message.Anchor}`) ?? null;
  };

  const plans = planLines(spec);
  for (const plan of spec.scope === 'node' ? await startTogether(plans, mainLog) : plans) await join(plan);
  return {
    async advance(budgetMs, signal) {
      const startedMs = performance.now();
      while (stepsRun < STEPS_MAX && performance.now() - startedMs <= budgetMs) {
        signal.throwIfAborted();
        const due = await crons.next(queue.firstMs() ?? clockMs);
        if (due !== null) {
          await wake(due);
          continue;
        }
        const event = queue.take();
        isOver = event === null;
        if (event === null) break;
        if (!(await event.run())) continue;
        queue.putBack(event);
        break;
      }
      return {
        isDone: isOver || stepsRun >= STEPS_MAX,
        isCutShort: !isOver && stepsRun >= STEPS_MAX,
        stepsRun,
        ahead: queue.size(),
        question: later.question(),
        lines: [...lines.values()].map((line) => line.info()),
        spawnsNotRun: [...spawnsNotRun],
      };
    },
    story,
    answer: later.answer,
    line: (process) => lines.get(process) ?? null,
    async close() {
      for (const line of lines.values()) await line.close();
    },
  };
}

const PLAIN = (slot: number): PlannedEntry => ({ slot, after: null, rank: 0, origin: 'main', edit: null });
