import { LRUCache } from 'lru-cache';
import { AoError } from '../../contract/errors.ts';
import { toItemId, type Slot } from '../../contract/ids.ts';
import { tagValue } from '../../contract/item.ts';
import { JS_FORMAT } from '../../contract/modules.ts';
import { functionLines } from '../../contract/function-names.ts';
import type { CodeFunction, CodePlace, EvaluatedPlace, LineHits, SourceText, SourceWish } from '../../contract/recording.ts';
import { packedFiles } from '../../contract/packed.ts';
import { lineInText, placeInFiles } from '../../contract/source-map.ts';
import type { CuPorts } from '../ports.ts';
import type { EnteredFunction } from '../vm/machine.ts';
import type { Past, PastMessage } from './past.ts';

/** Where the code of a process came from. Everything up to the slot asked for has been evaluated. */
export interface Sources {
  /** The text that is in force under a chunk's name after `slot`. @throws AoError SOURCE_UNKNOWN. */
  text(past: Past, slot: Slot, wish: SourceWish): Promise<SourceText>;
  /** Where a line of a file stands in the texts that were evaluated up to `slot`, oldest first; those of slots that failed left nothing. */
  places(past: Past, slot: Slot, file: string, line: number): Promise<readonly EvaluatedPlace[]>;
  /** Where functions of a name are written in the texts that were evaluated up to `slot`; each place once. */
  functions(past: Past, slot: Slot, name: string): Promise<readonly CodePlace[]>;
  /** The place in the project's files of a function that was entered in `slot`; null where it is none of that name. */
  functionIn(past: Past, slot: Slot, entered: EnteredFunction, name: string): Promise<CodePlace | null>;
  /** The slot that brought a chunk's text, where its functions and lines leave no doubt; null otherwise. */
  slotOf(past: Past, slot: Slot, wish: FittingWish): Promise<Slot | null>;
}

/** What a text must have: functions that begin and end at lines, and lines that can run. */
export interface FittingWish {
  readonly chunk: string;
  readonly functions: readonly { readonly line: number; readonly lastLine: number }[];
  readonly lines: readonly number[];
}

/** A text that was evaluated, if its slot went well. */
interface Candidate {
  readonly slot: Slot;
  readonly kind: 'boot' | 'eval';
  readonly name: string;
  readonly file: string | null;
  readonly lines: readonly string[];
  readonly isLua: boolean;
}

interface Scanned {
  /** The slot up to which the log has been looked through. */
  readonly to: number;
  readonly candidates: readonly Candidate[];
}

/** The name of code that was evaluated without one. */
const UNNAMED = 'aos';
/** Formats of our own machines, which name a text after its file; the network's give every text the same name. */
const NAMES_FILES = /^(lua|javascript)-/;
/** And that of a contract. */
const UNNAMED_CONTRACT = 'contract.js';
const PROCESSES_KEPT = 50;
/** Names of functions, for each text, of which is kept where they are written in it. */
const NAMES_KEPT = 20;

/** Finds texts in the log: the code a process booted with, and the Evals of its owner. */
export function createSources(ports: Pick<CuPorts, 'ask'>): Sources {
  /** By the key of a past. */
  const known = new LRUCache<string, Scanned>({ max: PROCESSES_KEPT });

  /** The logs that are being looked through, by the same key: one reading of a long log serves all who ask meanwhile. */
  const reading = new Map<string, Promise<Scanned>>();

  const readOn = async (past: Past, slot: Slot, before: Scanned): Promise<Scanned> => {
    const candidates = [...before.candidates];
    for await (const message of past.messages(before.to + 1, slot)) candidates.push(...(await candidatesOf(ports, past, message)));
    const scanned = { to: slot, candidates };
    known.set(past.key, scanned);
    return scanned;
  };
  const candidatesTo = async (past: Past, slot: Slot): Promise<readonly Candidate[]> => {
    const { key } = past;
    for (;;) {
      const before = known.get(key) ?? { to: -1, candidates: [] };
      if (slot <= before.to) return before.candidates;
      const other = reading.get(key);
      if (other === undefined) {
        const own = readOn(past, slot, before).finally(() => reading.delete(key));
        reading.set(key, own);
        return (await own).candidates;
      }
      // Where another's reading fails, one's own says why.
      await other.catch(() => undefined);
    }
  };
  /** Those in force after `slot` that fit, newest first: a slot that failed left nothing behind, but its own code ran in it. */
  const inForce = async (
    past: Past,
    slot: Slot,
    name: string,
    functions: FittingWish['functions'],
    lines: readonly number[],
  ): Promise<readonly Candidate[]> => {
    const all = await candidatesTo(past, slot);
    const isKept = (at: Slot): boolean => at === slot || past.errorOf(at) === null;
    return all.filter((one) => one.slot <= slot && one.name === name && fits(one, functions, lines) && isKept(one.slot)).toReversed();
  };
  const written = new WeakMap<Candidate, LRUCache<string, readonly number[]>>();
  /** The lines of a text at which functions of a name are written. */
  const functionsOf = (one: Candidate, name: string): readonly number[] => {
    const names = written.get(one) ?? new LRUCache<string, readonly number[]>({ max: NAMES_KEPT });
    written.set(one, names);
    const lines = names.get(name) ?? functionLines(one.lines.join('\n'), name, one.isLua);
    names.set(name, lines);
    return lines;
  };

  return {
    async text(past, slot, wish) {
      const { name, line: named } = parseChunk(wish.chunk);
      const line = wish.line ?? named;
      const functions = wish.function === undefined ? [] : [wish.function];
      const fitting = await inForce(past, slot, name, functions, line === null ? [] : [line]);
      const [best] = fitting;
      if (best === undefined) throw new AoError('SOURCE_UNKNOWN', { chunk: wish.chunk, slot });
      const text = best.lines.join('\n');
      return {
        text,
        slot: best.slot,
        kind: best.kind,
        certainty: fitting.length === 1 ? 'exact' : 'likely',
        file: best.file,
        place: line === null ? null : placeInFiles(text, line, best.file),
      };
    },
    async places(past, slot, file, line) {
      const all = await candidatesTo(past, slot);
      return all.flatMap((one) => {
        const found = lineInText(one.lines.join('\n'), file, line, one.file);
        return found === null || past.errorOf(one.slot) !== null ? [] : [{ chunk: chunkOf(one), line: found, slot: one.slot }];
      });
    },
    async functions(past, slot, name) {
      const all = await candidatesTo(past, slot);
      const places = all
        .filter((one) => one.slot <= slot)
        .flatMap((one) => functionsOf(one, name).map((line) => ({ chunk: chunkOf(one), line })));
      return places.filter(({ chunk, line }, index) => places.findIndex((other) => other.chunk === chunk && other.line === line) === index);
    },
    async functionIn(past, slot, entered, name) {
      const { chunk, line, name: called } = entered;
      const fitting = await inForce(past, slot, parseChunk(chunk).name, [entered], []);
      // Where several texts have a function there, the name of the call tells them apart; where it does not, the newest has taken the place.
      const named = called === null ? [] : fitting.filter((one) => functionsOf(one, called).includes(line));
      const meant = named.length > 0 ? named : fitting.slice(0, 1);
      const found = meant.find((one) => functionsOf(one, name).includes(line));
      if (found === undefined) return null;
      const place = placeInFiles(found.lines.join('\n'), line, found.file);
      return place === null ? { chunk, line } : { chunk: place.file, line: place.line };
    },
    async slotOf(past, slot, { chunk, functions, lines }) {
      const fitting = await inForce(past, slot, parseChunk(chunk).name, functions, lines);
      return fitting.length === 1 ? (fitting[0]?.slot ?? null) : null;
    },
  };
}

/** What a recording tells of one of its sources. */
export function wishOf(chunk: string, source: number, functions: readonly CodeFunction[], hits: readonly LineHits[]): FittingWish {
  return {
    chunk,
    functions: functions.filter((one) => one.source === source && one.line > 0),
    lines: hits.filter((one) => one.source === source).map(({ line }) => line),
  };
}

function chunkOf({ name }: Candidate): string {
  return name === UNNAMED ? UNNAMED : `@${name}`;
}

/** What a message brought: its text, and the files that are packed in front of that, which Lua loads under their own names. */
async function candidatesOf(ports: Pick<CuPorts, 'ask'>, { program }: Past, message: PastMessage): Promise<readonly Candidate[]> {
  const { slot, tags } = message;
  if (message.isAssigned) return [];
  const isBoot = slot === 0;
  const { format, bytes } = program.module;
  const file = tagValue(tags, 'Source') || null;
  const isLua = format !== JS_FORMAT;
  // A contract's code is its module, and what its owner has put in its place.
  if (isBoot && !isLua) {
    const lines = new TextDecoder().decode(bytes).split('\n');
    return [{ slot, kind: 'boot', name: file ?? UNNAMED_CONTRACT, file, lines, isLua }];
  }
  const boot = isBoot ? tagValue(tags, 'On-Boot') : null;
  const isEval = !isBoot && tagValue(tags, 'Action') === 'Eval' && message.from === program.env.Process.Owner;
  if (boot === null && !isEval) return [];
  const data = boot === null || boot === 'Data' ? message.data : await dataOf(ports, boot);
  if (data === null) return [];
  const name = NAMES_FILES.test(format) ? (file ?? UNNAMED) : UNNAMED;
  const kind = isBoot ? 'boot' : 'eval';
  const packed = isLua ? packedFiles(data) : [];
  const inFront = packed.map((one) => ({ slot, kind, name: one.file, file: one.file, lines: one.text.split('\n'), isLua }) as const);
  return [...inFront, { slot, kind, name, file, lines: data.split('\n'), isLua }];
}

/** Code that a process booted with by an id; null where the id is none, or its item is not here. */
async function dataOf(ports: Pick<CuPorts, 'ask'>, id: string): Promise<string | null> {
  try {
    return (await ports.ask('gateway.item', { id: toItemId(id) })).data;
  } catch {
    return null;
  }
}

/** A chunk's name as Lua, an error or a stack writes it, with the line where one follows. */
function parseChunk(chunk: string): { readonly name: string; readonly line: number | null } {
  const [, head = chunk, line] = /^(.*?)(?::(\d+))?:?$/s.exec(chunk) ?? [];
  const [, quoted] = /^\[string "(.*)"\]$/.exec(head) ?? [];
  return { name: quoted ?? head.replace(/^[@=]/, ''), line: line === undefined ? null : Number(line) };
}

function fits({ lines, isLua }: Candidate, functions: FittingWish['functions'], active: readonly number[]): boolean {
  const at = (line: number): string => lines[line - 1] ?? '';
  // Code runs at lines with more than blanks and comments in them.
  const canRun = (line: number): boolean => (isLua ? /^\s*(?!--)\S/ : /^\s*(?!\/\/)\S/).test(at(line));
  if (!isLua) return active.every(canRun) && functions.every(({ lastLine }) => lastLine <= lines.length);
  return active.every(canRun) && functions.every(({ line, lastLine }) => /\bfunction\b/.test(at(line)) && /\bend\b/.test(at(lastLine)));
}
