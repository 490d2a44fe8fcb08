import type { BranchEdit, BranchSpec } from '../../node/contract/branch.ts';
import { AoError } from '../../node/contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import type { SourceText } from '../../node/contract/recording.ts';
import { nameOf, placeOf, rowOfFocus } from '../model/lookup.ts';
import type { MessageRow } from '../model/rows.ts';
import type { App } from '../stores/app-context.ts';
import { branchWalkCommands, draftFrom, emptyDraft } from './branch-walk.ts';
import { saveFirst, sendEval } from './evaluate.ts';
import { plannedAs } from './plan.ts';
import type { Command } from './registry.ts';

const category = 'What if';

interface Here {
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly row: MessageRow;
}

/** The message in focus, where it has been evaluated. */
function hereOf(app: App): Here | null {
  const { world } = app.world.getState();
  const row = rowOfFocus(world, app.focus.getState().focus);
  const place = row === null ? null : placeOf(world, row);
  return row === null || place === null || place.tick !== null ? null : { process: place.process, slot: place.slot, row };
}

/** Other futures of what is in focus; the recorded one is never edited. */
export function branchCommands(app: App): Command[] {
  return [...beginnings(app), ...codeCommands(app), ...branchWalkCommands(app)];
}

/** Each adds one change to the draft, or begins one. */
function beginnings(app: App): Command[] {
  const isEnabled = (): boolean => hereOf(app) !== null;
  const change = (id: string, title: string, make: (here: Here) => BranchEdit | Promise<BranchEdit>, keys?: string): Command => ({
    id: `branch.${id}`,
    title,
    category,
    ...(keys === undefined ? {} : { keys }),
    isEnabled,
    async run() {
      const here = hereOf(app);
      if (here === null) throw new AoError('NO_PROCESS');
      await addChange(app, here, await make(here));
    },
  });
  const isMovable = (one: Command): Command => ({ ...one, isEnabled: () => (hereOf(app)?.slot ?? 0) > 0 });
  return [
    change('edit', 'Branch here: another message', ({ process, slot }) => editOf(app, process, slot), 'KeyB'),
    isMovable(change('drop', 'Branch here: this message never came', ({ process, slot }) => ({ kind: 'skip', process, slot }))),
    isMovable(
      change('repeat', 'Branch here: this message comes twice', ({ process, slot }) => ({ kind: 'duplicate', process, slot, after: slot })),
    ),
    isMovable(
      change('delay', 'Branch here: this message comes later', ({ process, slot }) => ({
        kind: 'move',
        process,
        slot,
        after: toSlot(Math.min(slot + 1, latestOf(app, process))),
      })),
    ),
    change('insert', 'Branch here: one more message after this', ({ process, slot }) => injectOf(app, process, slot)),
    change('clock', 'Branch here: the clock stands otherwise from here on', ({ process, slot }) => ({
      kind: 'clock',
      process,
      slot,
      shiftMs: 3_600_000,
    })),
    change('module', 'Branch: this process on another module', ({ process }) => moduleOf(app, process)),
  ];
}

function codeCommands(app: App): Command[] {
  const isEnabled = (): boolean => hereOf(app) !== null;
  return [
    {
      id: 'branch.code',
      title: 'Run my unsaved code on the recorded history',
      category,
      keys: '$mod+Alt+Enter',
      isEnabled: () => isEnabled() && app.editor.getState().active !== null,
      run: () => runCode(app),
    },
    {
      id: 'branch.addCode',
      title: 'Branch: the code of the open file, in the draft',
      category,
      isEnabled: () => app.branch.getState().draft !== null && app.editor.getState().active !== null,
      async run() {
        const { draft } = app.branch.getState();
        if (draft === null) return;
        const { edit, file } = await codeEdit(app, draft.process);
        app.branch.getState().addEdit(edit);
        app.branch.getState().changeDraft({ file });
      },
    },
    {
      id: 'branch.apply',
      title: 'Apply the code of this branch to the live process',
      category,
      isEnabled: () => codeOf(app.branch.getState().shown?.info ?? null) !== null,
      run: () => applyCode(app),
    },
    {
      id: 'branch.say',
      title: 'Branch here: what if one had said this',
      category,
      isEnabled,
      run: (code) => say(app, code ?? ''),
    },
  ];
}

function latestOf(app: App, process: ProcessId): number {
  return app.world.getState().world.processById.get(process)?.slotLatest ?? 0;
}

/** Into the draft that is open; else into one of the branch in which one stands, or a new one. */
async function addChange(app: App, { process, slot }: Here, edit: BranchEdit): Promise<void> {
  const branch = app.branch.getState;
  const { draft, walk, shown } = branch();
  if (draft === null) {
    const from = walk !== null && shown !== null ? draftFrom(app, shown.info) : emptyDraft(process, slot);
    branch().setDraft(from);
  }
  branch().changeDraft({ process, slot });
  branch().addEdit(edit);
  app.ui.getState().dock?.enter('branch', '.branch-change input, .branch-change textarea, .branch-change select');
}

/** A change of a message that leaves it as it is. @throws AoError BRANCH_INVALID where the log has no message in this slot. */
export async function editOf(app: App, process: ProcessId, slot: Slot): Promise<BranchEdit> {
  const message = (await app.link.ask('su.log', { process, from: slot, limit: 1 })).entries[0]?.message ?? null;
  if (message === null) throw new AoError('BRANCH_INVALID', { reason: 'the message of this slot is not in the log' });
  return { kind: 'edit', process, slot, tags: message.tags, data: message.data, from: null };
}

/** A new message of this installation's wallet. @throws AoError NO_PROCESS without a wallet. */
export function injectOf(app: App, process: ProcessId, after: Slot): BranchEdit {
  const from = app.workspace.getState().status?.wallet ?? null;
  if (from === null) throw new AoError('NO_PROCESS');
  return { kind: 'inject', process, after, from, tags: [{ name: 'Action', value: 'Eval' }], data: '' };
}

/** The process on the module that it has, to choose another. @throws AoError NO_PROCESS where its module is not known. */
export function moduleOf(app: App, process: ProcessId): BranchEdit {
  const module = app.world.getState().world.processById.get(process)?.program?.module;
  if (module === undefined) throw new AoError('NO_PROCESS');
  return { kind: 'module', process, module };
}

/** Runs a branch in which the process was given `code` to evaluate, right after the slot in focus. */
async function say(app: App, code: string): Promise<void> {
  const here = hereOf(app);
  if (here === null) throw new AoError('NO_PROCESS');
  const { process, slot } = here;
  const inject = injectOf(app, process, slot);
  app.ui.getState().dock?.show('branch');
  await app.branch.getState().start({
    name: `${code.slice(0, 60)} · after slot ${slot} of ${nameOf(app.world.getState().world, process)}`,
    edits: inject.kind === 'inject' ? [{ ...inject, data: code }] : [],
    isHeard: true,
    later: 'apply',
    file: null,
  });
}

/** Runs the text of the open file, saved or not, in place of the one that the process last took from that file. */
async function runCode(app: App): Promise<void> {
  const here = hereOf(app);
  if (here === null) throw new AoError('NO_PROCESS');
  const { process } = here;
  const { edit, file } = await codeEdit(app, process);
  app.branch.getState().leave();
  app.ui.getState().dock?.show('branch');
  await app.branch.getState().start({
    name: `${file} as it is in the editor, from slot ${edit.slot} of ${nameOf(app.world.getState().world, process)}`,
    edits: [edit],
    isHeard: true,
    later: 'apply',
    file,
  });
}

/** The text of the open file where the process last took one from that file. @throws AoError NO_FILE, and as cu.source. */
async function codeEdit(
  app: App,
  process: ProcessId,
): Promise<{ readonly edit: Extract<BranchEdit, { readonly kind: 'edit' }>; readonly file: string }> {
  const { active, files } = app.editor.getState();
  const file = active === null ? undefined : files.get(active);
  if (file === undefined) throw new AoError('NO_FILE');
  const { world } = app.world.getState();
  const latest = world.processById.get(process)?.evaluatedTo ?? 0;
  const textOf = (chunk: string): Promise<SourceText> => app.link.ask('cu.source', { process, slot: toSlot(latest), chunk });
  // Our own module calls a text by its file, on whatever machine that was; the network's give every text the same name.
  const source = await textOf(`@${file.path}`).catch((error: unknown) => {
    if (error instanceof AoError && error.code === 'SOURCE_UNKNOWN') return textOf('aos');
    throw error;
  });
  return { edit: { kind: 'edit', process, slot: source.slot, tags: null, data: file.text, from: null }, file: file.path };
}

/** The code that a branch runs instead of a file's; null where it runs none. */
export function codeOf(
  spec: BranchSpec | null,
): { readonly process: ProcessId; readonly slot: Slot; readonly code: string; readonly file: string } | null {
  const edit = spec?.edits.find((one) => one.kind === 'edit' && one.tags === null && one.data !== null);
  if (spec?.file === undefined || edit?.kind !== 'edit' || edit.data === null) return null;
  return { process: edit.process, slot: edit.slot, code: edit.data, file: spec.file };
}

/** Evaluates what was tried in the process that runs; the file is saved where it still says the same. */
async function applyCode(app: App): Promise<void> {
  const found = codeOf(app.branch.getState().shown?.info ?? null);
  if (found === null) throw new AoError('NO_FILE');
  const { process, code, file } = found;
  if (app.editor.getState().files.get(file)?.text === code && !(await saveFirst(app, file))) return;
  app.branch.getState().leaveWalk();
  app.focus.getState().setFocus({ process, slot: null });
  app.ui.getState().dock?.show('console');
  // A file of the project that is now as it was tried is written down as what the process runs.
  const planned = plannedAs(app, process);
  if (planned?.source === file && app.editor.getState().files.get(file)?.text === code)
    await app.plan.getState().run({ names: [planned.name], how: 'evaluate', isForced: true });
  else await sendEval(app, process, code, file);
}
