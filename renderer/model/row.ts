import type { ItemId, ProcessId, Slot } from '../../node/contract/ids.ts';
import { UNIT_OF, type Hint, type MessageRow, type Place, type RowDraft } from './rows.ts';

/** A time in Unix ms is a whole number of these as a computer keeps it. */
const STEPS_PER_MS = 4_096;
/** Times of a row are kept as what they are behind a multiple of this, ms: a whole number so small that it needs no place of its own beside the row. */
const STRETCH_MS = 2 ** 17;

/** What few rows have. `tick` is of its cause. */
type Rare = Pick<RowDraft, (typeof RARE)[number]> & { tick: number | undefined };

const RARE = [
  'name',
  'cron',
  'error',
  'code',
  'output',
  'spawns',
  'assignments',
  'isCutShort',
  'isHeld',
  'hints',
  'evaluationError',
  'drop',
  'refusedByMu',
  'refusedBySu',
  'isWaiting',
] as const;

const NO_HINTS: readonly Hint[] = [];

/** Most of a million rows have nothing of it, and share this one. */
const NOTHING_RARE: Rare = Object.freeze({
  name: null,
  cron: null,
  error: null,
  code: null,
  output: '',
  spawns: 0,
  assignments: 0,
  isCutShort: false,
  isHeld: false,
  hints: NO_HINTS,
  evaluationError: null,
  drop: null,
  refusedByMu: null,
  refusedBySu: null,
  isWaiting: false,
  tick: undefined,
});

/** An empty row, placed by the fact it was made from. */
export function newRow(id: ItemId | null, to: string, place: Place): RowDraft {
  return new Row(id, to, place);
}

/** A row whose memory is small: a window keeps a million of them. */
class Row implements RowDraft {
  id: ItemId | null;
  to: string;
  /** Every time of the row is counted from this many stretches on. */
  private readonly stretch: number;
  // Null first, as the other times: a field that has only held numbers has a place of its own for each once one of them is large.
  private placeSteps: number | null = null;
  placeSeq = 0;
  placeRank: Place['rank'] = 0;
  at = -1;
  journey: ItemId | null = null;
  type: MessageRow['type'] = null;
  from: string | null = null;
  action: string | null = null;
  preview: string | null = null;
  dataBytes = 0;
  private causeProcess: ProcessId | null = null;
  private causeSlot: Slot | null = null;
  private causeMessage: ItemId | null = null;
  private causeIndex = 0;
  hops = 0;
  slot: MessageRow['slot'] = null;
  private timestampSteps: number | null = null;
  private receivedSteps: number | null = null;
  private assignedSteps: number | null = null;
  private evaluatedSteps: number | null = null;
  status: MessageRow['status'] = 'received';
  prompt: string | null = null;
  messages = 0;
  gasUsed = 0;
  memoryBytes = 0;
  private durationUs = 0;
  private rare = NOTHING_RARE;

  constructor(id: ItemId | null, to: string, place: Place) {
    this.id = id;
    this.to = to;
    this.stretch = Math.floor(place.ms / STRETCH_MS);
    this.place = place;
  }

  get cause(): RowDraft['cause'] {
    const { causeProcess: process, causeSlot: slot, causeMessage: message, causeIndex: index } = this;
    if (process === null || slot === null || message === null) return null;
    const { tick } = this.rare;
    return tick === undefined ? { process, slot, message, index } : { process, slot, message, index, tick };
  }
  set cause(value) {
    this.causeProcess = value?.process ?? null;
    this.causeSlot = value?.slot ?? null;
    this.causeMessage = value?.message ?? null;
    this.causeIndex = value?.index ?? 0;
    this.keep('tick', value?.tick);
  }

  get timestampMs(): number | null {
    return this.msOf(this.timestampSteps);
  }
  set timestampMs(value) {
    this.timestampSteps = this.stepsOf(value);
  }

  get receivedAtMs(): number | null {
    return this.msOf(this.receivedSteps);
  }
  set receivedAtMs(value) {
    this.receivedSteps = this.stepsOf(value);
  }

  get assignedAtMs(): number | null {
    return this.msOf(this.assignedSteps);
  }
  set assignedAtMs(value) {
    this.assignedSteps = this.stepsOf(value);
  }

  get evaluatedAtMs(): number | null {
    return this.msOf(this.evaluatedSteps);
  }
  set evaluatedAtMs(value) {
    this.evaluatedSteps = this.stepsOf(value);
  }

  get placeMs(): number {
    return this.msOf(this.placeSteps) ?? 0;
  }
  set placeMs(value) {
    this.placeSteps = this.stepsOf(value);
  }

  get place(): Place {
    return { ms: this.placeMs, unit: UNIT_OF[this.placeRank], seq: this.placeSeq, rank: this.placeRank };
  }
  set place({ ms, seq, rank }) {
    this.placeMs = ms;
    this.placeSeq = seq;
    this.placeRank = rank;
  }

  /** Microseconds need no number of their own beside the row, and nothing finer is measured. */
  get durationMs(): number {
    return this.durationUs / 1_000;
  }
  set durationMs(value) {
    this.durationUs = Math.round(value * 1_000);
  }

  get name(): RowDraft['name'] {
    return this.rare.name;
  }
  set name(value) {
    this.keep('name', value);
  }

  get cron(): RowDraft['cron'] {
    return this.rare.cron;
  }
  set cron(value) {
    this.keep('cron', value);
  }

  get error(): RowDraft['error'] {
    return this.rare.error;
  }
  set error(value) {
    this.keep('error', value);
  }

  get code(): RowDraft['code'] {
    return this.rare.code;
  }
  set code(value) {
    this.keep('code', value);
  }

  get output(): RowDraft['output'] {
    return this.rare.output;
  }
  set output(value) {
    this.keep('output', value);
  }

  get spawns(): RowDraft['spawns'] {
    return this.rare.spawns;
  }
  set spawns(value) {
    this.keep('spawns', value);
  }

  get assignments(): RowDraft['assignments'] {
    return this.rare.assignments;
  }
  set assignments(value) {
    this.keep('assignments', value);
  }

  get isCutShort(): RowDraft['isCutShort'] {
    return this.rare.isCutShort;
  }
  set isCutShort(value) {
    this.keep('isCutShort', value);
  }

  get isHeld(): RowDraft['isHeld'] {
    return this.rare.isHeld;
  }
  set isHeld(value) {
    this.keep('isHeld', value);
  }

  get hints(): RowDraft['hints'] {
    return this.rare.hints;
  }
  set hints(value) {
    this.keep('hints', value);
  }

  get evaluationError(): RowDraft['evaluationError'] {
    return this.rare.evaluationError;
  }
  set evaluationError(value) {
    this.keep('evaluationError', value);
  }

  get drop(): RowDraft['drop'] {
    return this.rare.drop;
  }
  set drop(value) {
    this.keep('drop', value);
  }

  get refusedByMu(): RowDraft['refusedByMu'] {
    return this.rare.refusedByMu;
  }
  set refusedByMu(value) {
    this.keep('refusedByMu', value);
  }

  get refusedBySu(): RowDraft['refusedBySu'] {
    return this.rare.refusedBySu;
  }
  set refusedBySu(value) {
    this.keep('refusedBySu', value);
  }

  get isWaiting(): RowDraft['isWaiting'] {
    return this.rare.isWaiting;
  }
  set isWaiting(value) {
    this.keep('isWaiting', value);
  }

  private msOf(steps: number | null): number | null {
    return steps === null ? null : this.stretch * STRETCH_MS + steps / STEPS_PER_MS;
  }
  private stepsOf(ms: number | null): number | null {
    if (ms === null) return null;
    const steps = (ms - this.stretch * STRETCH_MS) * STEPS_PER_MS;
    // What was computed with fractions stays a number beside the row, whole as it may be, unless it is made a whole one.
    const whole = steps | 0;
    return whole === steps ? whole : steps;
  }

  private keep<K extends keyof Rare>(name: K, value: Rare[K]): void {
    if (this.rare[name] === value) return;
    if (this.rare === NOTHING_RARE) this.rare = { ...NOTHING_RARE };
    this.rare[name] = value;
  }
}
