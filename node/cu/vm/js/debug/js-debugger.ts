import { AoError } from '../../../../contract/errors.ts';
import { tagValue } from '../../../../contract/item.ts';
import type { CodePlace, ExpressionValue, FramePath, FrameView } from '../../../../contract/recording.ts';
import type { StatePage } from '../../../../contract/state.ts';
import type {
  Evaluation,
  InstanceDebugger,
  MachineLimits,
  MessageInput,
  ProcessEnv,
  RunTo,
  Watched,
  WatchHit,
  WatchSite,
  Write,
} from '../../machine.ts';
import { Column, NO_CALL, type RecordWish, type VmRecording } from '../../recording.ts';
import { boundsOf, CONTRACT_FILE, type Contract, type Turn } from '../contract.ts';
import type { RunBounds } from '../quickjs.ts';
import { NOTHING, type StepQuestion, type Told, type ToldFrame, type WatchedContract, type Wish } from './watched-contract.ts';

/** Of one evaluation, in each function. */
const HITS_MAX = 200;
/** Between two messages nothing but an expression runs. */
const BETWEEN: RunBounds = { nowMs: 0, gas: 50_000_000, memoryBytes: 256 * 1024 * 1024 };

/** What a debugger needs of the instance it belongs to. */
export interface DebuggedInstance {
  evaluate(message: MessageInput, env: ProcessEnv, limits: MachineLimits): Evaluation;
  /** A message over the state as it is now. */
  turn(message: MessageInput, env: ProcessEnv): Turn;
  /** The state, which is JSON. */
  state(): string;
  contract(): Contract;
  watched(): WatchedContract;
}

/** Looks inside evaluations of contracts, by running the same code with what tells of it added (instrument.ts). */
export class JsDebugger implements InstanceDebugger {
  readonly #instance: DebuggedInstance;

  constructor(instance: DebuggedInstance) {
    this.#instance = instance;
  }

  record(
    message: MessageInput,
    env: ProcessEnv,
    limits: MachineLimits,
    wish: RecordWish,
  ): { readonly evaluation: Evaluation; readonly recording: VmRecording } {
    const told = this.#run({ message, env, limits }, { ...NOTHING, ...wish });
    const contract = this.#instance.watched();
    const evaluation = this.#instance.evaluate(message, env, limits);
    return { evaluation, recording: recordingOf(told, contract, chunkOf(env), wish, evaluation.outcome.error) };
  }

  frames(run: RunTo): readonly FrameView[] | null {
    const frames = this.#asked<readonly ToldFrame[]>(run, { kind: 'frames' });
    const { functions } = this.#instance.watched();
    const chunk = chunkOf(run.env);
    return (
      frames?.map(({ fn, line, locals, upvalues }) => ({
        function: functions[fn]?.name ?? 'function',
        place: { chunk, line },
        isRuntime: false,
        locals,
        upvalues,
      })) ?? null
    );
  }

  value(run: RunTo, { frame, scope, index, path }: FramePath, offset: number, limit: number): StatePage | null {
    return this.#asked<StatePage>(run, { kind: 'value', frame, scope, index, path, offset, limit });
  }

  expressionAt(run: RunTo, frame: number, expression: string): ExpressionValue | null {
    const found = this.#asked<ExpressionValue>(run, { kind: 'expression', frame, text: expression });
    return found === null ? null : { kind: found.kind, preview: found.preview };
  }

  expression(expression: string): ExpressionValue {
    const { kind, preview } = this.#instance.contract().read(expression, this.#instance.state(), BETWEEN);
    return { kind, preview };
  }

  peek(expression: string): ReturnType<InstanceDebugger['peek']> {
    const read = this.#instance.contract().read(expression, this.#instance.state(), BETWEEN);
    if (read.kind !== 'error') return read;
    if (read.preview.startsWith('SyntaxError'))
      throw new AoError('ARGUMENTS_INVALID', { command: 'cu.search', reason: `${expression}: ${read.preview}` });
    // What fails here alone is no value here.
    return { kind: 'nil', preview: 'undefined', isTrue: false };
  }

  wrote(message: MessageInput, env: ProcessEnv, limits: MachineLimits, expression: string): Write | null {
    const { write } = this.#run({ message, env, limits }, { ...NOTHING, wrote: expression.replace(/^\./, '') });
    if (write === null) return null;
    const place = write.line === undefined ? null : { chunk: chunkOf(env), line: write.line };
    return { place, step: write.step ?? 0, before: write.before, after: write.after };
  }

  watch(message: MessageInput, env: ProcessEnv, limits: MachineLimits, site: WatchSite): Watched {
    const chunk = chunkOf(env);
    const places = site.kind === 'handler' ? [] : site.kind === 'line' ? [site] : site.places;
    const isHere = places.some((place) => place.chunk === chunk);
    const sites = isHere ? this.#run({ message, env, limits }, { ...NOTHING, site, sitesMax: HITS_MAX }).sites : [];
    const { functions } = this.#instance.watched();
    const hits = sites.map(({ step, text, fn }): WatchHit => {
      const written = functions[fn];
      if (site.kind === 'line' || written === undefined) return { step, text };
      const { name, line, lastLine } = written;
      return { step, text, entered: { chunk, name, line, lastLine } };
    });
    return { evaluation: this.#instance.evaluate(message, env, limits), hits, isTouched: false };
  }

  #run({ message, env, limits }: Omit<RunTo, 'step'>, wish: Wish): Told {
    return this.#instance.watched().run(this.#instance.turn(message, env), boundsOf(message, env, limits), wish);
  }

  #asked<T extends NonNullable<Told['found']>>(run: RunTo, ask: StepQuestion): T | null {
    return this.#run(run, { ...NOTHING, at: run.step, ask }).found as T | null;
  }
}

/** Code is named after the file it was spawned from. */
function chunkOf({ Process }: ProcessEnv): string {
  return `@${tagValue(Process.Tags, 'Source') ?? CONTRACT_FILE}`;
}

function recordingOf(told: Told, { functions }: WatchedContract, chunk: string, wish: RecordWish, error: string | null): VmRecording {
  const placeOf = (line: number): CodePlace | null => (line === 0 ? null : { chunk, line });
  const columns = { step: new Column(), source: new Column(), line: new Column(), call: new Column() };
  for (const [at, step] of told.kept.step.entries()) {
    columns.step.push(step);
    columns.source.push(0);
    columns.line.push(told.kept.line[at] ?? 0);
    const call = told.kept.call[at] ?? -1;
    columns.call.push(call < 0 ? NO_CALL : call);
  }
  const stack = told.thrown?.stack ?? [];
  return {
    // A contract has no handlers: nothing kept them from being asked.
    wasWalked: true,
    steps: columns,
    calls: told.calls,
    summary: {
      steps: told.steps,
      keptSteps: columns.step.length,
      isComplete: columns.step.length < wish.steps && told.calls.length < wish.calls,
      sources: [{ chunk, isRuntime: false }],
      functions: functions.map(({ name, line, lastLine }) => ({ source: 0, name, line, lastLine })),
      calls: told.calls.length,
      hits: told.hits.map(([line, hits]) => ({ source: 0, line: Number(line), hits })),
      handlers: [],
      sends: told.sends.map(({ kind, index, step, line }) => ({ kind, index, step, place: placeOf(line) })),
      error:
        error === null
          ? null
          : {
              message: error,
              step: told.thrown?.step ?? Math.max(0, told.steps - 1),
              stack: stack.map(({ fn, line }) => ({ function: functions[fn]?.name ?? 'function', place: placeOf(line), isRuntime: false })),
            },
    },
  };
}
