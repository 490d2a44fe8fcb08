import type { StateFound, StateHit, StateNode, StatePage, StatePath } from '../../../contract/state.ts';
import type { FlatState } from '../machine.ts';

/** What of a plain module can be seen without knowing its language. */
export interface PlainState {
  readonly memory: Uint8Array;
  /** Exported names with what they are; a global has a value. */
  readonly exports: readonly {
    readonly name: string;
    readonly what: 'function' | 'global' | 'memory' | 'table';
    readonly value: number | bigint | null;
  }[];
  /** Mutable globals by their number in the module. */
  readonly globals: readonly { readonly index: number; readonly type: string; readonly value: number | bigint }[];
}

const ROW_BYTES = 16;
/** Shorter runs of letters are mostly no words. */
const TEXT_BYTES_MIN = 4;
const TEXT_SHOWN = 200;
const GROUPS = ['.exports', '.globals', '.memory', '.strings'] as const;
type Group = (typeof GROUPS)[number];

const decoder = new TextDecoder('utf-8');
const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a plain module: its exports, its mutable globals, its memory in rows of 16 bytes and the texts in it. A row's
 * path (`.memory`, `[0x1000]`) is a jump: its children are the rows from there on.
 */
export class WasmState {
  readonly #state: PlainState;
  /** Where texts begin and how many bytes they have, one after the other; found once. */
  #texts: readonly number[] | null = null;

  constructor(state: PlainState) {
    this.#state = state;
  }

  /** A page of what stands under `path`; null when nothing stands there. */
  children(path: StatePath, offset: number, limit: number): StatePage | null {
    const [group, place, ...rest] = path;
    if (group === undefined) return pageOf(GROUPS.length, offset, limit, (index) => this.#group(GROUPS[index] ?? '.memory'));
    if (!isGroup(group) || rest.length > 0) return null;
    if (place === undefined) return pageOf(this.#count(group), offset, limit, (index) => this.#node(group, index));
    if (group !== '.memory') return null;
    const row = rowAt(place);
    if (row === null || row >= this.#count('.memory')) return null;
    return pageOf(this.#count('.memory') - row, offset, limit, (index) => this.#node('.memory', row + index));
  }

  /** Globals, those that have a name first, and every row of memory that is not all zero. */
  flatten(limit: number): FlatState {
    const lines: { path: StatePath; preview: string }[] = [];
    const add = (group: Group, index: number): boolean => {
      if (lines.length >= limit) return false;
      const { key, preview } = this.#node(group, index);
      lines.push({ path: [group, key], preview });
      return true;
    };
    for (const [index, { value }] of this.#state.exports.entries())
      if (value !== null && !add('.exports', index)) return { lines, isComplete: false };
    for (let index = 0; index < this.#count('.globals'); index++) if (!add('.globals', index)) return { lines, isComplete: false };
    const { memory } = this.#state;
    for (let row = 0; row < this.#count('.memory'); row++) {
      const start = row * ROW_BYTES;
      if (memory.subarray(start, start + ROW_BYTES).every((byte) => byte === 0)) continue;
      if (!add('.memory', row)) return { lines, isComplete: false };
    }
    return { lines, isComplete: true };
  }

  /** Texts, exports and globals that hold `text` in any case; below `.memory` the rows where its very bytes begin. */
  find(path: StatePath, text: string, limit: number): StateFound | null {
    const [group, ...rest] = path;
    if ((group !== undefined && !isGroup(group)) || rest.length > 0) return null;
    if (group === '.memory') return this.#findBytes(text, limit);
    const wanted = text.toLowerCase();
    const hits: StateHit[] = [];
    let visited = 0;
    for (const one of group === undefined ? (['.exports', '.globals', '.strings'] as const) : [group]) {
      for (let index = 0; index < this.#count(one); index++) {
        const { key, kind, preview } = this.#node(one, index);
        visited++;
        if (!key.toLowerCase().includes(wanted) && !preview.toLowerCase().includes(wanted)) continue;
        if (hits.length >= limit) return { hits, visited, isComplete: false };
        hits.push({ path: [one, key], kind, preview });
      }
    }
    return { hits, visited, isComplete: true };
  }

  #findBytes(text: string, limit: number): StateFound {
    const { memory } = this.#state;
    const whole = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
    const hits: StateHit[] = [];
    let last = -1;
    for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + 1)) {
      const row = Math.floor(at / ROW_BYTES);
      if (row === last) continue;
      last = row;
      if (hits.length >= limit) return { hits, visited: row, isComplete: false };
      const { key, kind, preview } = this.#node('.memory', row);
      hits.push({ path: ['.memory', key], kind, preview });
    }
    return { hits, visited: this.#count('.memory'), isComplete: true };
  }

  #group(group: Group): StateNode {
    const size = this.#count(group);
    const preview =
      group === '.memory'
        ? `${this.#state.memory.byteLength} bytes · rows of ${ROW_BYTES}`
        : `${size} ${group === '.strings' ? 'found in memory' : group === '.globals' ? 'that change' : 'exported'}`;
    return { key: group, kind: 'table', preview, isOpenable: size > 0, size };
  }

  #count(group: Group): number {
    const { exports, globals, memory } = this.#state;
    if (group === '.exports') return exports.length;
    if (group === '.globals') return globals.length;
    return group === '.memory' ? Math.ceil(memory.byteLength / ROW_BYTES) : this.#textsFound().length / 2;
  }

  #node(group: Group, index: number): StateNode {
    const plain = (key: string, kind: StateNode['kind'], preview: string): StateNode => ({
      key,
      kind,
      preview,
      isOpenable: false,
      size: 0,
    });
    const { exports, globals, memory } = this.#state;
    if (group === '.exports') {
      const { name, what, value } = exports[index] ?? { name: '', what: 'function', value: null };
      if (value !== null) return plain(`.${name}`, 'number', String(value));
      return plain(`.${name}`, what === 'function' ? 'function' : 'userdata', what);
    }
    if (group === '.globals') {
      const { index: number, type, value } = globals[index] ?? { index: 0, type: '?', value: 0 };
      return plain(`[${number}]`, 'number', `${value} · ${TYPES[type] ?? type}`);
    }
    if (group === '.memory') {
      const start = index * ROW_BYTES;
      return plain(`[${hex(start)}]`, 'string', hexRow(memory.subarray(start, start + ROW_BYTES)));
    }
    const texts = this.#textsFound();
    const [start = 0, length = 0] = [texts[index * 2], texts[index * 2 + 1]];
    const text = decoder.decode(memory.subarray(start, start + Math.min(length, TEXT_SHOWN)));
    return plain(`[${hex(start)}]`, 'string', `${JSON.stringify(text)}${length > TEXT_SHOWN ? '…' : ''}`);
  }

  #textsFound(): readonly number[] {
    this.#texts ??= findTexts(this.#state.memory);
    return this.#texts;
  }
}

const TYPES: Readonly<Record<string, string>> = { i: 'i32', j: 'i64', f: 'f32', d: 'f64' };

function isGroup(name: string): name is Group {
  return (GROUPS as readonly string[]).includes(name);
}

function pageOf(total: number, offset: number, limit: number, node: (index: number) => StateNode): StatePage {
  const count = Math.max(0, Math.min(limit, total - offset));
  return { nodes: Array.from({ length: count }, (_, place) => node(offset + place)), total, offset };
}

/** The row that holds an address, written `[0x1000]` or `[4096]`. */
function rowAt(place: string): number | null {
  const [, address] = /^\[(0x[0-9a-f]+|\d+)\]$/i.exec(place) ?? [];
  return address === undefined ? null : Math.floor(Number(address) / ROW_BYTES);
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, '0')}`;
}

/** `48 65 6c 6c 6f …  Hello…`: sixteen bytes, and what of them are letters. */
function hexRow(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const letters = [...bytes].map((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '.')).join('');
  return `${digits}  ${letters}`;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** Runs of readable bytes that are UTF-8: start and length in bytes, one after the other. */
function findTexts(memory: Uint8Array): number[] {
  const found: number[] = [];
  let start = 0;
  for (let at = 0; at <= memory.length; at++) {
    const byte = memory[at] ?? 0;
    // Bytes from 0x80 on are parts of letters in UTF-8; tabs and line ends belong to texts.
    if (isPrintable(byte) || byte >= 0x80 || byte === 9 || byte === 10 || byte === 13) continue;
    if (at - start >= TEXT_BYTES_MIN && isText(memory.subarray(start, at))) found.push(start, at - start);
    start = at + 1;
  }
  return found;
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.every((byte) => byte < 0x80)) return true;
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
