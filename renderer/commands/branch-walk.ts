import type { BranchSpec } from '../../node/contract/branch.ts';
import { AoError } from '../../node/contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import type { App } from '../stores/app-context.ts';
import type { BranchDraft } from '../stores/branch-store.ts';
import { keyboardWish } from '../stores/keyboard.ts';
import type { Command } from './registry.ts';

const category = 'What if';

/** The branches that were made, and standing in one of them. */
export function branchWalkCommands(app: App): Command[] {
  const branch = app.branch.getState;
  const isWalking = (): boolean => branch().walk !== null;
  return [
    {
      id: 'branch.list',
      title: 'Branches that were made',
      category,
      async run() {
        const mayTake = keyboardWish();
        await branch().refresh();
        branch().leave();
        app.ui.getState().dock?.enter('branch', undefined, mayTake);
      },
    },
    {
      id: 'branch.walk',
      title: 'Look at this branch as if it were the main line',
      category,
      isEnabled: () => branch().shown !== null,
      run(id) {
        const info = id === undefined ? branch().shown?.info : branch().branches.find((one) => String(one.id) === id);
        if (info !== undefined) branch().enter(info);
      },
    },
    {
      id: 'branch.toMain',
      title: 'Back to the main line',
      category,
      keys: 'Shift+KeyB',
      isEnabled: isWalking,
      run: () => branch().leaveWalk(),
    },
    {
      id: 'branch.nextDifference',
      title: 'Next step of the branch that differs',
      category,
      keys: 'Alt+BracketRight',
      isEnabled: isWalking,
      run: () => toDifference(app, 1),
    },
    {
      id: 'branch.previousDifference',
      title: 'Previous step of the branch that differs',
      category,
      keys: 'Alt+BracketLeft',
      isEnabled: isWalking,
      run: () => toDifference(app, -1),
    },
    {
      id: 'branch.change',
      title: 'Another branch from this one, with more changes',
      category,
      isEnabled: () => branch().shown !== null,
      run() {
        const info = branch().shown?.info;
        if (info !== undefined) branch().setDraft(draftFrom(app, info));
        app.ui.getState().dock?.enter('branch', '.branch-edits button');
      },
    },
  ];
}

/**
 * The commands of the time bar while one stands in a branch: they go from step to step of it.
 * @param command of the main line, which is left as it is where it has no such meaning.
 */
export function inBranch(app: App, command: Command): Command {
  const branch = app.branch.getState;
  const to = TARGETS[command.id];
  if (to === undefined) return command;
  const target = (): number | null => {
    const { walk } = branch();
    const last = stepsOf(app) - 1;
    const index = walk === null ? null : to(walk.index, last);
    return index === null || index === walk?.index || index < 0 || index > last ? null : index;
  };
  return {
    ...command,
    isEnabled: () => (branch().walk === null ? (command.isEnabled?.() ?? true) : target() !== null),
    run(argument) {
      const { walk } = branch();
      const index = target();
      if (walk === null) return command.run(argument);
      if (index !== null) branch().walkTo(walk.process, index);
    },
  };
}

const TARGETS: Readonly<Record<string, ((index: number, last: number) => number) | undefined>> = {
  'time.next': (index) => index + 1,
  'time.previous': (index) => index - 1,
  'time.first': () => 0,
  'time.last': (_index, last) => last,
};

/** Steps of the process that is walked. */
function stepsOf(app: App): number {
  const { walk, shown } = app.branch.getState();
  return shown?.run?.lines.find(({ process }) => process === walk?.process)?.steps ?? 0;
}

const ROWS_PAGE = 1_000;

async function toDifference(app: App, by: 1 | -1): Promise<void> {
  const { walk } = app.branch.getState();
  if (walk === null) return;
  const { branch, process, index } = walk;
  const found: number[] = [];
  for (let from = 0, total = 1; from < total; from += ROWS_PAGE) {
    const page = await app.link.ask('cu.branchRows', { branch, process, isDifferent: true, from, limit: ROWS_PAGE });
    total = page.total;
    found.push(...page.rows.flatMap((row) => row.index ?? []));
  }
  const next = by === 1 ? found.find((one) => one > index) : found.findLast((one) => one < index);
  if (next !== undefined) app.branch.getState().walkTo(process, next);
}

/** An empty draft about a process. */
export function emptyDraft(process: ProcessId, slot: Slot): BranchDraft {
  return { name: '', edits: [], selected: null, isHeard: true, later: 'apply', process, slot, file: null };
}

/** A draft with everything that a branch changes. */
export function draftFrom(app: App, { name, edits, scope, later, file }: BranchSpec): BranchDraft {
  const first = edits[0];
  const process = first?.process ?? app.focus.getState().focus.process;
  if (process === null) throw new AoError('NO_PROCESS');
  const slot = first === undefined || first.kind === 'module' ? toSlot(0) : first.kind === 'inject' ? first.after : first.slot;
  return {
    ...emptyDraft(process, slot),
    name: `${name} +`,
    edits,
    isHeard: scope === 'node',
    later: later === 'apply' || later === 'drop' ? later : 'ask',
    file: file ?? null,
  };
}
