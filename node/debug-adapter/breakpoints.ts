import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ProcessId } from '../contract/ids.ts';
import type { EvaluationPlace, HistoryHit, HistoryQuery } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';
import { functionPlaces, nextLineThatRuns } from './code.ts';
import { hitCount, logExpression } from './expression-path.ts';
import { createOrdinals } from './ordinals.ts';
import type { SourceKey, Sources } from './sources.ts';
import type { Threads } from './threads.ts';

/** Something that a process is looked through for. */
export interface Sought {
  readonly id: number;
  readonly reason: 'breakpoint' | 'function breakpoint' | 'exception' | 'data breakpoint';
  readonly query: HistoryQuery;
  /** It tells something, and nobody stops there: where the words belong. */
  readonly log: { readonly source: DebugProtocol.Source; readonly line: number } | null;
  readonly isMeant: (hit: HistoryHit) => Promise<boolean>;
}

/** A breakpoint as it was set. */
interface Set {
  readonly id: number;
  readonly condition: string | null;
  /** Which of its hits are meant; null for all. */
  readonly count: ((count: number) => boolean) | null;
}
type Line = Set & { readonly source: DebugProtocol.Source; readonly key: SourceKey; readonly line: number; readonly log: string | null };
type Function = Set & { readonly name: string };
type Data = Set & { readonly process: ProcessId; readonly expression: string };

/** What the editor says of a breakpoint of any kind. */
export interface Wish {
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
}
export type LineWish = Wish & { readonly line: number; readonly logMessage?: string | undefined };

export interface Breakpoints {
  setLines(source: DebugProtocol.Source, wishes: readonly LineWish[]): Promise<DebugProtocol.Breakpoint[]>;
  setFunctions(wishes: readonly (Wish & { readonly name: string })[]): Promise<DebugProtocol.Breakpoint[]>;
  setData(wishes: readonly (Wish & { readonly dataId: string })[]): DebugProtocol.Breakpoint[];
  /** Stops at slots that failed; those with a text in their error where one is given; null for none. */
  setErrors(wish: { readonly text: string | null } | null): void;
  /** A line that nobody has set, to look for. */
  soughtLine(process: ProcessId, key: SourceKey, line: number): Promise<readonly Sought[]>;
  /** Everything that is looked for in a process. */
  soughtIn(process: ProcessId): Promise<readonly Sought[]>;
  hasLogs(): boolean;
  /** Is told whenever log points were set. */
  onLogs(listener: () => void): void;
  /** Those that could not be placed before and can be now. */
  placedSince(): Promise<readonly DebugProtocol.Breakpoint[]>;
}

const ERRORS_ID = 1;
const NOT_YET = 'No process has evaluated this line yet.';

export function createBreakpoints(ask: Client['ask'], sources: Sources, threads: Threads): Breakpoints {
  const ordinals = createOrdinals(ask);
  const lines = new Map<string, readonly Line[]>();
  let functions: readonly Function[] = [];
  let data: readonly Data[] = [];
  let errors: { readonly text: string | null } | null = null;
  let lastId = ERRORS_ID;
  let logsSet: () => void = () => undefined;
  let waiting = new Map<number, Line>();

  const placesOf = async (
    process: ProcessId,
    { key, line }: Line,
  ): Promise<readonly { readonly chunk: string; readonly line: number }[]> => {
    if (key.kind === 'text') return key.process === process ? [{ chunk: key.chunk, line }] : [];
    const { places } = await ask('cu.places', { process, file: key.file, line });
    return places.filter((one, index) => places.findIndex((other) => other.chunk === one.chunk && other.line === one.line) === index);
  };
  const isPlaced = async (one: Line): Promise<boolean> => {
    for (const { process } of await threads.list()) if ((await placesOf(process, one)).length > 0) return true;
    return false;
  };
  /** A chunk's name may stand for many texts: the one that was in force must be that file. */
  const isOfFile = async (
    process: ProcessId,
    { slot }: HistoryHit,
    key: SourceKey,
    line: number,
    chunk: string,
    at: number,
  ): Promise<boolean> => {
    if (key.kind !== 'file' || chunk === `@${key.file}`) return true;
    const found = await ask('cu.source', { process, slot, chunk, line: at }).catch(() => null);
    return found?.place?.file === key.file && found.place.line === line;
  };
  const isTrue = async (place: EvaluationPlace, step: number | null, condition: string | null): Promise<boolean> => {
    if (condition === null) return true;
    const { kind, preview } = await ask('cu.expression', { ...place, step, frame: 0, expression: condition });
    // One that cannot be computed is shown rather than passed by in silence.
    return kind === 'error' || !(kind === 'nil' || preview === 'false');
  };
  const counted = (process: ProcessId, query: HistoryQuery, { count }: Set, accept: Sought['isMeant']): Sought['isMeant'] =>
    count === null ? accept : async (hit) => (await accept(hit)) && count(await ordinals.of(process, query, accept, hit));

  const lineSought = async (process: ProcessId, one: Line): Promise<Sought[]> => {
    const places = await placesOf(process, one);
    return places.map(({ chunk, line }): Sought => {
      const query = { kind: 'line', chunk, line, condition: one.condition, log: one.log } as const;
      const accept = (hit: HistoryHit): Promise<boolean> => isOfFile(process, hit, one.key, one.line, chunk, line);
      const log = one.log === null ? null : { source: one.source, line: one.line };
      return { id: one.id, reason: 'breakpoint', query, log, isMeant: counted(process, query, one, accept) };
    });
  };
  const functionSought = async (process: ProcessId, one: Function): Promise<Sought[]> => {
    const written = await functionPlaces(ask, sources, process, one.name);
    const queries: readonly HistoryQuery[] =
      written.length > 0 ? written.map((place) => ({ kind: 'function', ...place, log: null })) : [{ kind: 'handler', name: one.name }];
    return queries.map((query): Sought => {
      const accept = ({ slot, tick, step }: HistoryHit): Promise<boolean> => isTrue({ process, slot, tick }, step, one.condition);
      return { id: one.id, reason: 'function breakpoint', query, log: null, isMeant: counted(process, query, one, accept) };
    });
  };
  const dataSought = (process: ProcessId, one: Data): Sought => {
    const query = { kind: 'change', expression: one.expression } as const;
    const accept = ({ slot, tick }: HistoryHit): Promise<boolean> => isTrue({ process, slot, tick }, null, one.condition);
    return { id: one.id, reason: 'data breakpoint', query, log: null, isMeant: counted(process, query, one, accept) };
  };
  /** @returns null with what is wrong about it. */
  const read = ({ condition, hitCondition }: Wish): Set | string => {
    const count = hitCondition === undefined || hitCondition.trim() === '' ? null : hitCount(hitCondition);
    if (count === null && hitCondition !== undefined && hitCondition.trim() !== '')
      return `A hit count is a number, also with >, >=, <, <= or % before it: not ${hitCondition}.`;
    return { id: ++lastId, condition: condition === undefined || condition.trim() === '' ? null : condition, count };
  };

  return {
    async setLines(source, wishes) {
      const key = await sources.keyOf(source);
      if (key === null) return wishes.map(() => ({ verified: false, message: 'This file does not belong to the project.' }));
      const name = JSON.stringify(key);
      const text = key.kind === 'file' ? await sources.linesOf(key.file) : (sources.text(source.sourceReference ?? 0)?.split('\n') ?? null);
      const made: Line[] = [];
      const answers: DebugProtocol.Breakpoint[] = [];
      for (const wish of wishes) {
        const set = read(wish);
        if (typeof set === 'string') {
          answers.push({ verified: false, message: set });
          continue;
        }
        const line = nextLineThatRuns(text, wish.line);
        const log = wish.logMessage === undefined || wish.logMessage === '' ? null : logExpression(wish.logMessage);
        const one: Line = { ...set, source, key, line, log };
        made.push(one);
        const verified = await isPlaced(one);
        answers.push({ id: one.id, verified, line, source, ...(verified ? {} : { message: NOT_YET, reason: 'pending' }) });
      }
      lines.set(name, made);
      const all = new Map([...lines.values()].flat().map((one) => [one.id, one]));
      waiting = new Map([...waiting].filter(([id]) => all.has(id)));
      for (const { id, verified } of answers) {
        const one = all.get(id ?? 0);
        if (!verified && one !== undefined) waiting.set(one.id, one);
      }
      logsSet();
      return answers;
    },
    async setFunctions(wishes) {
      const answers: DebugProtocol.Breakpoint[] = [];
      const made: Function[] = [];
      for (const wish of wishes) {
        const set = read(wish);
        if (typeof set === 'string') answers.push({ verified: false, message: set });
        else {
          made.push({ ...set, name: wish.name });
          answers.push({ id: set.id, verified: true });
        }
      }
      functions = made;
      return answers;
    },
    setData(wishes) {
      const made: Data[] = [];
      const answers = wishes.map((wish): DebugProtocol.Breakpoint => {
        const set = read(wish);
        const place = parseDataId(wish.dataId, threads);
        if (typeof set === 'string') return { verified: false, message: set };
        if (place === null) return { verified: false, message: 'This value is not of this session.' };
        made.push({ ...set, ...place });
        return { id: set.id, verified: true };
      });
      data = made;
      return answers;
    },
    setErrors(wish) {
      errors = wish;
    },
    soughtLine: (process, key, line) => lineSought(process, { id: 0, condition: null, count: null, source: {}, key, line, log: null }),
    async soughtIn(process) {
      const found = await Promise.all([...lines.values()].flat().map((one) => lineSought(process, one)));
      const entered = await Promise.all(functions.map((one) => functionSought(process, one)));
      const changed = data.filter((one) => one.process === process).map((one) => dataSought(process, one));
      const failed: Sought[] =
        errors === null
          ? []
          : [
              {
                id: ERRORS_ID,
                reason: 'exception',
                query: { kind: 'error', text: errors.text },
                log: null,
                isMeant: () => Promise.resolve(true),
              },
            ];
      return [...found.flat(), ...entered.flat(), ...changed, ...failed];
    },
    onLogs(listener) {
      logsSet = listener;
    },
    hasLogs: () => [...lines.values()].flat().some(({ log }) => log !== null),
    async placedSince() {
      const placed: DebugProtocol.Breakpoint[] = [];
      for (const [id, one] of waiting) {
        if (!(await isPlaced(one)) || !waiting.delete(id)) continue;
        placed.push({ id, verified: true, line: one.line, source: one.source });
      }
      return placed;
    },
  };
}

/** A value that may be watched for changes, as the editor keeps it between sessions. */
export function dataId(process: ProcessId, expression: string): string {
  return `${process} ${expression}`;
}

function parseDataId(text: string, threads: Threads): { readonly process: ProcessId; readonly expression: string } | null {
  const at = text.indexOf(' ');
  const process = threads.of(text.slice(0, at) as ProcessId)?.process;
  return process === undefined || at < 0 ? null : { process, expression: text.slice(at + 1) };
}
