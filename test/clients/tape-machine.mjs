// A machine for a made-up format: a program is one word, what it does to the text of each message. Its memory is a tape
// onto which every result is written.

const PAGE = 4096;
const PROGRAMS = {
  upper: (text) => text.toUpperCase(),
  reverse: (text) => [...text].reverse().join(''),
  // What no program of a network could be.
  chance: (text) => `${text}${Math.random()}`,
};

class Tape {
  debugger = null;
  #bytes = new Uint8Array(16 * PAGE);
  #length = 0;

  constructor(change) {
    this.change = change;
  }

  evaluate({ Data, Tags, From, Id }, _env, { memoryBytes }) {
    const action = Tags.find(({ name }) => name === 'Action')?.value;
    if (action === 'Hang') for (;;);
    const outcome = { output: '', messages: [], spawns: [], assignments: [], error: null, gasUsed: 1, verdict: null };
    if (action !== 'Write') return { outcome, isStateKept: true, isBroken: false };
    const written = new TextEncoder().encode(this.change(Data ?? ''));
    if (this.#length + written.length > Math.min(memoryBytes, this.#bytes.length))
      return { outcome: { ...outcome, error: 'the tape is full' }, isStateKept: true, isBroken: false };
    this.#bytes.set(written, this.#length);
    this.#length += written.length;
    const message = { Target: From, Anchor: '0'.repeat(32), Tags: [{ name: 'For', value: Id ?? '' }], Data: this.#text() };
    return { outcome: { ...outcome, output: this.#text(), messages: [message] }, isStateKept: true, isBroken: false };
  }

  memoryBytes() {
    return this.#bytes.length;
  }

  image() {
    const used = [...Array(this.#bytes.length / PAGE).keys()].filter((page) => this.#page(page).some((byte) => byte !== 0));
    const bytes = new Uint8Array(used.length * PAGE);
    for (const [at, page] of used.entries()) bytes.set(this.#page(page), at * PAGE);
    return { byteLength: this.#bytes.length, pages: Uint32Array.from(used), bytes, registers: [this.#length] };
  }

  restore({ pages, bytes, registers }) {
    this.#bytes.fill(0);
    for (const [at, page] of pages.entries()) this.#bytes.set(bytes.subarray(at * PAGE, (at + 1) * PAGE), page * PAGE);
    this.#length = registers[0] ?? 0;
  }

  children(path, offset, limit) {
    if (path.length > 0) return null;
    const nodes = [{ key: '.tape', kind: 'string', preview: JSON.stringify(this.#text()), isOpenable: false, size: 0 }];
    return { nodes: nodes.slice(offset, offset + limit), total: 1, offset };
  }

  flatten() {
    return { lines: [{ path: ['.tape'], preview: JSON.stringify(this.#text()) }], isComplete: true };
  }

  find(path, text) {
    if (path.length > 0) return null;
    const { lines } = this.flatten();
    const hits = lines.filter(({ preview }) => preview.includes(text)).map((line) => ({ ...line, kind: 'string' }));
    return { hits, visited: lines.length, isComplete: true };
  }

  close() {}

  #page(number) {
    return this.#bytes.subarray(number * PAGE, (number + 1) * PAGE);
  }

  #text() {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length));
  }
}

const tape = {
  formats: ['tape-1'],
  async create({ bytes }) {
    const change = PROGRAMS[new TextDecoder().decode(bytes)];
    if (change === undefined) throw new Error('there is no such program');
    return new Tape(change);
  },
};

export const machines = [tape];
