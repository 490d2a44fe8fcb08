import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BranchComparison, BranchEdit, BranchRun, BranchSpec } from '../../contract/branch.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { toSlot, type ProcessId } from '../../contract/ids.ts';
import { parseWindowAsk } from '../../contract/parse.ts';
import { counted, say } from '../../serve/say.ts';
import { runToEnd } from './in-branch.ts';
import type { Asked, HistoryCommand } from './project-command.ts';

/** Where states parted is looked for in longer branches only when somebody asks: much of them is run again for it. */
const SEARCHED_STEPS = 500;

/** `aoscope branch`: what if. */
export const branchCommand: HistoryCommand = {
  usage: `aoscope branch <project|recording> <process> [options]

Makes another future of a process, or of the whole node, beside the main line, runs it, and tells where it differs.

  --code FILE     the process's code of slot 0 is this file's instead
  --skip N        the message of slot N never came
  --repeat N      the message of slot N came twice
  --edits FILE    any edits, as a JSON list: {"kind":"edit","slot":3,"tags":null,"data":"…","from":null}, skip, duplicate, move,
                  inject, clock, module; slots are those of the main line
  --alone         what the process sends in the branch reaches nobody
  --later WHICH   later messages: 'all' (the default), only the first N, or 'ask': the branch waits at each, and is kept
  --answer WORD   with --again: what becomes of the message that it waits for, 'send' or 'leave'; 'send-all', 'leave-all' for it and the rest
  --parted        tell from which step on the states differ in branches of more than 500 steps, too
  --name NAME     its name; it is kept with --keep
  --keep          do not throw it away afterwards
  --list          the kept branches of the project; no process is needed
  --again ID      a kept branch once more; no process is needed
  --drop ID       throws a kept branch away; no process is needed
  --data DIR      folder for wallets and settings, instead of the user's own
  --json          one line of JSON
  --help          this text

The exit code is 0 when the branch ends as the main line, 1 otherwise.`,
  options: {
    code: { type: 'string' },
    skip: { type: 'string' },
    repeat: { type: 'string' },
    edits: { type: 'string' },
    alone: { type: 'boolean' },
    later: { type: 'string' },
    answer: { type: 'string' },
    parted: { type: 'boolean' },
    name: { type: 'string' },
    keep: { type: 'boolean' },
    list: { type: 'boolean' },
    again: { type: 'string' },
    drop: { type: 'string' },
  },
  wordsMax: 1,
  async run(asked) {
    if (asked.isSet('list')) return listBranches(asked);
    const dropped = asked.number('drop');
    if (dropped !== null) {
      await asked.ask('cu.branchDrop', { branch: dropped });
      asked.show({ branch: dropped }, `Branch ${dropped} is gone`);
      return 0;
    }
    const kept = asked.number('again');
    if (kept === null && asked.words[0] === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the process is missing' });
    const id = kept ?? (await newBranch(asked, await asked.process(asked.words[0])));
    let isWaiting = false;
    try {
      await answerOf(asked, kept);
      const run = await runToEnd(asked, id);
      const ends: BranchComparison[] = [];
      for (const { process, steps } of run.lines) {
        const isSearched = steps <= SEARCHED_STEPS || asked.isSet('parted');
        ends.push(await asked.ask('cu.branchCompare', { branch: id, process, isSearched }));
      }
      asked.show(
        { branch: id, ...run, ends: run.lines.map((line, at) => ({ process: line.process, ...ends[at] })) },
        run.lines.map((line, at) => lineText(asked.label(line.process), line, ends[at] ?? null)).join('\n'),
      );
      if (run.question !== null && !asked.isJson)
        say(`It waits for an answer about ${questionText(asked, run.question)}: --again ${id} --answer send, leave, send-all or leave-all`);
      isWaiting = run.question !== null;
      if ((asked.isSet('keep') || (isWaiting && kept === null)) && !asked.isJson) say(`Kept as branch ${id}`);
      for (const { process, slot, index, reason } of asked.isJson ? [] : run.spawnsNotRun)
        say(`${asked.label(process)}  spawn ${index} of slot ${slot} is not run: ${reason}`);
      const isSame = ends.every(({ diff }) => diff.changes.length === 0) && run.lines.every(({ spawnedBy }) => spawnedBy === null);
      return isSame && run.spawnsNotRun.length === 0 ? 0 : 1;
    } finally {
      if (kept === null && !asked.isSet('keep') && !isWaiting) await asked.ask('cu.branchDrop', { branch: id });
    }
  },
};

/** Says what becomes of the message that a kept branch waits for, where that is told. @throws AoError OPTION_UNKNOWN, BRANCH_INVALID. */
async function answerOf(asked: Asked, branch: number | null): Promise<void> {
  const word = asked.text('answer');
  if (word === null) return;
  const [, answer, all] = /^(send|leave)(-all)?$/.exec(word) ?? [];
  if (branch === null) throw new AoError('OPTION_UNKNOWN', { reason: '--answer is said beside --again' });
  if (answer === undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${word} is neither send, leave, send-all nor leave-all` });
  await runToEnd(asked, branch);
  await asked.ask('cu.branchAnswer', { branch, answer: answer === 'send' ? 'apply' : 'drop', isForAll: all !== undefined });
}

function questionText(asked: Asked, { process, slot, action, from }: NonNullable<BranchRun['question']>): string {
  return `${action ?? 'the message'} from ${asked.label(from)}, slot ${slot} of ${asked.label(process)}`;
}

/** @throws AoError OPTION_UNKNOWN. */
function laterOf(word: string | null): BranchSpec['later'] {
  if (word === null || word === 'all') return 'apply';
  if (word === 'ask') return { answers: [], rest: 'ask' };
  const first = Number(word);
  if (!Number.isSafeInteger(first) || first < 0)
    throw new AoError('OPTION_UNKNOWN', { reason: `--later is all, ask or a whole number, not ${word}` });
  return { first };
}

async function newBranch(asked: Asked, process: ProcessId): Promise<number> {
  return (await asked.ask('cu.branchNew', { spec: specOf(asked, process) })).id;
}

async function listBranches(asked: Asked): Promise<number> {
  const { branches } = await asked.ask('cu.branches', {});
  for (const branch of branches) say(asked.isJson ? JSON.stringify(branch) : `${branch.id}  ${branch.name}  ${branch.edits.length} edits`);
  if (branches.length === 0 && !asked.isJson) say('The project has no branches');
  return 0;
}

function specOf(asked: Asked, process: ProcessId): BranchSpec {
  const edits: BranchEdit[] = [];
  const [code, skip, repeat, file, later] = [
    asked.text('code'),
    asked.number('skip'),
    asked.number('repeat'),
    asked.text('edits'),
    asked.text('later'),
  ];
  if (code !== null) edits.push({ kind: 'edit', process, slot: toSlot(0), tags: null, data: read(code), from: null });
  if (skip !== null) edits.push({ kind: 'skip', process, slot: toSlot(skip) });
  if (repeat !== null) edits.push({ kind: 'duplicate', process, slot: toSlot(repeat), after: toSlot(repeat) });
  const more = file === null ? [] : listOf(file).map((edit) => ({ process, ...edit }));
  const spec = {
    name: asked.text('name') ?? 'from the command line',
    scope: asked.isSet('alone') ? 'process' : 'node',
    edits: [...edits, ...more],
    later: laterOf(later),
  };
  // The same door as a window's: what is in the file is checked there.
  return (parseWindowAsk('cu.branchNew', { spec }).args as { readonly spec: BranchSpec }).spec;
}

function listOf(path: string): readonly object[] {
  const raw: unknown = JSON.parse(read(path));
  if (!Array.isArray(raw) || !raw.every((one) => typeof one === 'object' && one !== null))
    throw new AoError('OPTION_UNKNOWN', { reason: `${path} is no JSON list of edits` });
  return raw;
}

function read(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (error) {
    throw new AoError('FILE_UNREADABLE', { path, reason: reasonOf(error) });
  }
}

function lineText(label: string, line: BranchRun['lines'][number], end: BranchComparison | null): string {
  if (line.spawnedBy !== null) return `${label}  is in the branch only: ${counted(line.steps, 'step')}`;
  const first = line.firstDifference === null ? 'no outcome differs' : `step ${line.firstDifference} is the first that differs`;
  const changes = end?.diff.changes ?? [];
  const parted = end?.firstStateDifference ?? null;
  const state = parted === null ? '' : `, states differ from step ${parted} on`;
  const head = `${label}  from slot ${line.base + 1} on: ${counted(line.steps, 'step')}, ${first}${state}`;
  return [head, ...changes.map(({ path, before, after }) => `    ${path.join('')}  ${before ?? '–'} → ${after ?? '–'}`)].join('\n');
}
