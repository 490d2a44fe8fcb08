import type { CallNode, ExpressionValue, SendSite, Variable } from '../../../../contract/recording.ts';
import type { StatePage } from '../../../../contract/state.ts';
import { LimitReached } from '../../limit-reached.ts';
import type { WatchSite } from '../../machine.ts';
import { Contract, type ContractParts, type Turn } from '../contract.ts';
import { JsError, type Held, type QuickJs, type RunBounds } from '../quickjs.ts';
import { instrument, type WrittenFunction } from './instrument.ts';

const RUNTIME_FILE = 'aoscope/debug.js';
/** Writing down takes memory and time of its own. */
const MORE_BYTES = 256 * 1024 * 1024;
const MORE_GAS = 3;
const ASKING_GAS = 100_000_000;

/** What is asked at one step. */
export type StepQuestion =
  | { readonly kind: 'frames' }
  | {
      readonly kind: 'value';
      readonly frame: number;
      readonly scope: string;
      readonly index: number;
      readonly path: readonly string[];
      readonly offset: number;
      readonly limit: number;
    }
  | { readonly kind: 'expression'; readonly frame: number; readonly text: string };

/** What is to be written down. */
export interface Wish {
  readonly steps: number;
  readonly calls: number;
  readonly isWithValues: boolean;
  /** The step at which `ask` is answered and the run ends; -1 for none. */
  readonly at: number;
  readonly ask: StepQuestion | null;
  readonly site: WatchSite | null;
  readonly sitesMax: number;
  /** A place in the state: which line changed it last? */
  readonly wrote: string | null;
}

export const NOTHING: Wish = { steps: 0, calls: 0, isWithValues: false, at: -1, ask: null, site: null, sitesMax: 0, wrote: null };

/** One frame as it stands at a step. */
export interface ToldFrame {
  readonly fn: number;
  readonly line: number;
  readonly locals: readonly Variable[];
  readonly upvalues: readonly Variable[];
}

/** What was written down. Functions by their number, lines from 1 on; 0 is none. */
export interface Told {
  readonly steps: number;
  readonly kept: { readonly step: readonly number[]; readonly line: readonly number[]; readonly call: readonly number[] };
  readonly calls: readonly CallNode[];
  readonly hits: readonly (readonly [line: string, hits: number])[];
  readonly sends: readonly (Pick<SendSite, 'kind' | 'index' | 'step'> & { readonly line: number })[];
  readonly thrown: { readonly step: number; readonly stack: readonly Pick<ToldFrame, 'fn' | 'line'>[] } | null;
  readonly found: readonly ToldFrame[] | StatePage | ExpressionValue | null;
  readonly sites: readonly { readonly step: number; readonly text: string | null; readonly fn: number }[];
  readonly write: { readonly line?: number; readonly step?: number; readonly before: string; readonly after: string } | null;
}

/** A contract that tells every line and every call of it. What it computes is the same; the gas it takes is not. */
export class WatchedContract {
  readonly functions: readonly WrittenFunction[];
  readonly #contract: Contract;
  #vm: QuickJs | null = null;
  #configure: Held = 0;
  #recording: Held = 0;

  /** @throws JsError where the code does not start, SyntaxError where it cannot be read. */
  constructor(parts: ContractParts, debugRuntime: string, source: string) {
    const { code, functions } = instrument(source);
    this.functions = functions;
    this.#contract = new Contract(parts, code, (vm, runtime) => {
      const made = vm.call(vm.script(debugRuntime, RUNTIME_FILE), vm.property(runtime, 'tools'), vm.hostFunction());
      this.#vm = vm;
      this.#configure = vm.property(made, 'configure');
      this.#recording = vm.property(made, 'recording');
    });
  }

  /** Evaluates a message and tells what was wished for. */
  run(turn: Turn, bounds: RunBounds, wish: Wish): Told {
    const vm = this.#vm;
    if (vm === null) throw new Error('it has not started');
    const wished = JSON.stringify({ ...wish, functions: this.functions });
    vm.listen(() => vm.cut());
    try {
      this.#contract.evaluate(turn, widened(bounds), () => void vm.call(this.#configure, vm.string(wished)));
    } catch (error) {
      // Cut off where it was asked to be, or by the limit that ends the evaluation itself.
      if (!(error instanceof LimitReached) && !(error instanceof JsError)) throw error;
    } finally {
      vm.listen(null);
    }
    vm.begin({ ...widened(bounds), gas: ASKING_GAS });
    return JSON.parse(vm.text(vm.call(this.#recording))) as Told;
  }
}

function widened({ nowMs, gas, memoryBytes }: RunBounds): RunBounds {
  return { nowMs, gas: gas * MORE_GAS, memoryBytes: memoryBytes + MORE_BYTES };
}
