import { toSlot, type ProcessId } from '../../../node/contract/ids.ts';
import type { StateNode } from '../../../node/contract/state.ts';
import { DOT_COMMANDS } from '../../commands/dot-commands.ts';
import { nameFromFile } from '../../commands/file-owner.ts';
import { projectLanguage } from '../../editor/project-language.ts';
import { answersOf } from '../../stores/answers.ts';
import type { App } from '../../stores/app-context.ts';

/** Something that could stand in the line. */
export interface Offer {
  readonly label: string;
  /** What it is, in a few words; '' where nothing is known. */
  readonly detail: string;
}

/** What could stand in the line from `from` up to the cursor, the likeliest first. */
export interface Offers {
  readonly from: number;
  readonly list: readonly Offer[];
}

type Ranked = Offer & { readonly rank: number };

const STATE_KEYS = 500;
const NAME_KEY = /^\.([A-Za-z_]\w*)$/;

/** What could be written at `place`: commands, files, names of the language and of the project, and what the process holds. */
export async function offersFor(app: App, process: ProcessId, text: string, place: number, signal: AbortSignal): Promise<Offers> {
  const before = text.slice(0, place);
  const [, command = null] = /^\s*(\.[\w-]*)$/.exec(before) ?? [];
  if (command !== null) return commandsOf(place, command);
  const [, loading, path = ''] = /^\s*(\.load(?:-blueprint)?)\s+(\S*)$/.exec(before) ?? [];
  if (loading !== undefined) return filesOf(app, place, path, loading === '.load' ? '' : 'blueprints/');
  return namesAt(app, process, text, place, signal);
}

function commandsOf(place: number, typed: string): Offers {
  const list = DOT_COMMANDS.filter(({ name }) => name.startsWith(typed)).map(({ name, about }) => ({ label: name, detail: about }));
  return { from: place - typed.length, list };
}

function filesOf(app: App, place: number, typed: string, folder: string): Offers {
  const files = app.workspace.getState().entries.flatMap(({ path, kind }) => {
    if (kind !== 'file' || !path.endsWith('.lua') || !path.startsWith(folder)) return [];
    return folder === '' ? path : path.slice(folder.length, -'.lua'.length);
  });
  const list = files.filter((path) => path.toLowerCase().includes(typed.toLowerCase())).map((label) => ({ label, detail: '' }));
  return { from: place - typed.length, list };
}

async function namesAt(app: App, process: ProcessId, text: string, place: number, signal: AbortSignal): Promise<Offers> {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  const [, chain = '', word = ''] = /((?:[A-Za-z_]\w*[.:])*)([A-Za-z_]\w*|)$/.exec(line) ?? [];
  const isInText = (line.match(/["']/g) ?? []).length % 2 === 1;
  const steps = chain.split(/[.:]/).filter(Boolean);
  const [held, known] = await Promise.all([
    isInText ? [] : heldBy(app, process, steps, signal),
    // Where the language does not answer, what the process holds is offered alone.
    projectLanguage(app)
      .client.ask('completeTyped', [sourceOf(app, process), text, place], signal)
      .catch(() => []),
  ]);
  const typed = isInText ? (/[^"']*$/.exec(line)?.[0] ?? '') : word;
  const all = new Map<string, Ranked>(held.map((offer) => [offer.label, offer]));
  for (const { label, detail, rank, kind } of known) {
    // A pattern to fill in is for files.
    if (kind !== 'snippet') all.set(label, { label, detail: detail || (all.get(label)?.detail ?? ''), rank });
  }
  return { from: place - typed.length, list: fitting([...all.values()], typed) };
}

/** Those that begin as it was typed, in any case; where none does, those that hold it. */
function fitting(all: readonly Ranked[], typed: string): readonly Offer[] {
  const wanted = typed.toLowerCase();
  const begin = all.filter(({ label }) => label.toLowerCase().startsWith(wanted));
  const found = begin.length > 0 ? begin : all.filter(({ label }) => label.toLowerCase().includes(wanted));
  const other = ({ label }: Offer): number => (label.startsWith(typed) ? 0 : 1);
  return found.toSorted(
    (first, second) => other(first) - other(second) || first.rank - second.rank || first.label.localeCompare(second.label, 'en'),
  );
}

/** The keys of a table of the process, as it is at the moment that is looked at. */
async function heldBy(app: App, process: ProcessId, steps: readonly string[], signal: AbortSignal): Promise<Ranked[]> {
  const { focus, isPast } = app.focus.getState();
  const latest = app.world.getState().world.processById.get(process)?.evaluatedTo ?? -1;
  const slot = isPast && focus.process === process ? focus.slot : latest;
  if (slot === null || slot < 0) return [];
  const path = steps.map((step) => `.${step}`);
  // What is no table, or no Lua, holds nothing to offer.
  const page = await answersOf(app.link)
    .ask('cu.state', { process, slot: toSlot(slot), path, offset: 0, limit: STATE_KEYS }, signal)
    .catch(() => null);
  return (page?.nodes ?? []).flatMap((node) => ofNode(node));
}

function ofNode({ key, preview }: StateNode): Ranked[] {
  const [, label] = NAME_KEY.exec(key) ?? [];
  return label === undefined ? [] : [{ label, detail: preview, rank: 0 }];
}

/** The file of the project that a process is made of, as far as its name says. */
function sourceOf(app: App, process: ProcessId): string | null {
  const name = app.world.getState().world.processById.get(process)?.name ?? null;
  const { project, entries } = app.workspace.getState();
  const declared = project?.manifest.processes.find((one) => one.name === name)?.source;
  return (
    declared ?? entries.find(({ path, kind }) => kind === 'file' && path.endsWith('.lua') && nameFromFile(path) === name)?.path ?? null
  );
}
