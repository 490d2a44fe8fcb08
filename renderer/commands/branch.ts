import { AoError } from '../../node/contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import { nameOf, placeOf, rowOfFocus } from '../model/lookup.ts';
import type { MessageRow } from '../model/rows.ts';
import type { App } from '../stores/app-context.ts';
import type { BranchDraft } from '../stores/branch-store.ts';
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
  const isEnabled = (): boolean => hereOf(app) !== null;
  const wordsOf = ({ process, slot, row }: Here): string =>
    `${row.action ?? row.type ?? 'message'}, slot ${slot} of ${nameOf(app.world.getState().world, process)}`;
  const begin = (make: (here: Here) => BranchDraft | Promise<BranchDraft>) => async (): Promise<void> => {
    const here = hereOf(app);
    if (here === null) throw new AoError('NO_PROCESS');
    const draft = await make(here);
    app.branch.getState().leave();
    app.branch.getState().setDraft(draft);
    app.ui.getState().dock?.enter('branch', '.branch-fields input, .branch-fields textarea');
  };
  return [
    {
      id: 'branch.edit',
      title: 'Branch here: another message',
      category,
      keys: 'KeyB',
      isEnabled,
      run: begin(async (here) => {
        const { process, slot } = here;
        const message = (await app.link.ask('su.log', { process, from: slot, limit: 1 })).entries[0]?.message ?? null;
        if (message === null) throw new AoError('BRANCH_INVALID', { reason: 'the message of this slot is not in the log' });
        return {
          title: `Edit ${wordsOf(here)}`,
          edit: { kind: 'edit', process, slot, tags: message.tags, data: message.data, from: null },
          isHeard: true,
          later: 'apply',
        };
      }),
    },
    {
      id: 'branch.drop',
      title: 'Branch here: this message never came',
      category,
      isEnabled,
      run: begin((here) => ({
        title: `Without ${wordsOf(here)}`,
        edit: { kind: 'skip', process: here.process, slot: here.slot },
        isHeard: true,
        later: 'apply',
      })),
    },
    {
      id: 'branch.repeat',
      title: 'Branch here: this message comes twice',
      category,
      isEnabled,
      run: begin((here) => ({
        title: `Twice ${wordsOf(here)}`,
        edit: { kind: 'duplicate', process: here.process, slot: here.slot, after: here.slot },
        isHeard: true,
        later: 'apply',
      })),
    },
    {
      id: 'branch.code',
      title: 'Run the open file on the recorded history',
      category,
      isEnabled: () => isEnabled() && app.editor.getState().active !== null,
      run: begin((here) => codeDraft(app, here)),
    },
    {
      id: 'branch.say',
      title: 'Branch here: what if one had said this',
      category,
      isEnabled,
      run: (code) => say(app, code ?? ''),
    },
    {
      id: 'branch.list',
      title: 'Branches that were made',
      category,
      async run() {
        await app.branch.getState().refresh();
        app.branch.getState().leave();
        app.ui.getState().dock?.enter('branch');
      },
    },
  ];
}

/** Runs a branch in which the process was given `code` to evaluate, right after the slot in focus. */
async function say(app: App, code: string): Promise<void> {
  const here = hereOf(app);
  const wallet = app.workspace.getState().status?.wallet ?? null;
  if (here === null || wallet === null) throw new AoError('NO_PROCESS');
  const { process, slot } = here;
  app.ui.getState().dock?.show('branch');
  await app.branch.getState().start({
    title: `${code.slice(0, 60)} · after slot ${slot} of ${nameOf(app.world.getState().world, process)}`,
    edit: { kind: 'inject', process, after: slot, from: wallet, tags: [{ name: 'Action', value: 'Eval' }], data: code },
    isHeard: true,
    later: 'apply',
  });
}

/** The text of the open file, saved or not, in place of the one that the process last took from that file. */
async function codeDraft(app: App, { process }: Here): Promise<BranchDraft> {
  const { active, files } = app.editor.getState();
  const file = active === null ? undefined : files.get(active);
  if (file === undefined) throw new AoError('NO_FILE');
  const { world } = app.world.getState();
  const latest = world.processById.get(process)?.evaluatedTo ?? 0;
  const isOwn = world.processById.get(process)?.program?.module === app.workspace.getState().status?.luaModule;
  const chunk = isOwn ? `@${file.path}` : 'aos';
  const source = await app.link.ask('cu.source', { process, slot: toSlot(latest), chunk });
  return {
    title: `${file.path} as it is in the editor, from slot ${source.slot} of ${nameOf(world, process)}`,
    edit: { kind: 'edit', process, slot: source.slot, tags: null, data: file.text, from: null },
    isHeard: true,
    later: 'apply',
  };
}
