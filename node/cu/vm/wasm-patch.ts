import { WasmReader, type WasmSection } from './wasm-shape.ts';

/** One more export of a module. */
export interface AddedExport {
  readonly name: string;
  readonly kind: 'function' | 'global';
  readonly index: number;
}

const KINDS = { function: 0, global: 3 } as const;

/** The section of exports with more at its end. */
export function withExports(bytes: Uint8Array, section: WasmSection, added: readonly AddedExport[]): Uint8Array {
  const reader = new WasmReader(bytes, section.body);
  const count = reader.number();
  const entries = added.map(({ name, kind, index }) => {
    const text = Buffer.from(name);
    return Buffer.concat([leb(text.length), text, Uint8Array.of(KINDS[kind]), leb(index)]);
  });
  return sectionOf(section.id, [leb(count + added.length), bytes.subarray(reader.at, section.end), ...entries]);
}

/** A section with its header. */
export function sectionOf(id: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(id), leb(body.length), body]);
}

/** A whole number as unsigned LEB128. */
export function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}
