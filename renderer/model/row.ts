import type { ItemId } from '../../node/contract/ids.ts';
import { UNIT_OF, type Hint, type MessageRow, type Place, type RowDraft } from './rows.ts';

/** What few rows have. */
type Rare = Pick<RowDraft, (typeof RARE)[number]>;

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
});

/** An empty row, placed by the fact it was made from. */
export function newRow(id: ItemId | null, to: string, place: Place): RowDraft {
  return new Row(id, to, place);
}

/** A row whose memory is small: a window keeps a million of them. */
class Row implements RowDraft {
  id: ItemId | null;
  to: string;
  placeMs = 0;
  placeSeq = 0;
  placeRank: Place['rank'] = 0;
  at = -1;
  journey: ItemId | null = null;
  type: MessageRow['type'] = null;
  from: string | null = null;
  action: string | null = null;
  preview: string | null = null;
  dataBytes = 0;
  cause: MessageRow['cause'] = null;
  hops = 0;
  slot: MessageRow['slot'] = null;
  timestampMs: number | null = null;
  receivedAtMs: number | null = null;
  assignedAtMs: number | null = null;
  evaluatedAtMs: number | null = null;
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
    this.place = place;
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

  private keep<K extends keyof Rare>(name: K, value: Rare[K]): void {
    if (this.rare[name] === value) return;
    if (this.rare === NOTHING_RARE) this.rare = { ...NOTHING_RARE };
    this.rare[name] = value;
  }
}
