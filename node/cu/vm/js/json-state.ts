import type { Json } from '../../../contract/outcome.ts';
import type { StateFound, StateHit, StateKind, StateNode, StatePage, StatePath } from '../../../contract/state.ts';
import type { FlatState } from '../machine.ts';

const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
const TEXT_CHARACTERS = 200;

/** A key of an object as a step of a path: `.name`, or `["odd name"]`. */
export const stepOf = (key: string): string => (NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

/** A state that is JSON, read as a person opens it: objects and lists a level at a time. Keys stand in the order that JavaScript gives them. */
export class JsonState {
  readonly #root: Json;

  constructor(root: Json) {
    this.#root = root;
  }

  /** A page of what stands under `path`; null when nothing stands there. */
  children(path: StatePath, offset: number, limit: number): StatePage | null {
    const value = this.at(path);
    if (value === undefined) return null;
    const entries = entriesOf(value);
    return { nodes: entries.slice(offset, offset + limit).map(nodeOf), total: entries.length, offset };
  }

  /** Everything, depth first. */
  flatten(limit: number): FlatState {
    const lines: { readonly path: StatePath; readonly preview: string }[] = [];
    const isComplete = visit(this.#root, [], (path, value) => lines.length < limit && lines.push({ path, preview: previewOf(value) }) > 0);
    return { lines, isComplete };
  }

  /** Places under `path` whose key or one-line value holds `text`, in any case. */
  find(path: StatePath, text: string, limit: number): StateFound | null {
    const value = this.at(path);
    if (value === undefined) return null;
    const wanted = text.toLowerCase();
    const hits: StateHit[] = [];
    let visited = 0;
    const isComplete = visit(value, path, (at, one) => {
      const preview = previewOf(one);
      const isHit = `${at.at(-1) ?? ''} ${preview}`.toLowerCase().includes(wanted);
      if (isHit && hits.length >= limit) return false;
      visited++;
      if (isHit) hits.push({ path: at, kind: kindOf(one), preview });
      return true;
    });
    return { hits, visited, isComplete };
  }

  /** What stands at a path; undefined when nothing does. */
  at(path: StatePath): Json | undefined {
    let value: Json | undefined = this.#root;
    for (const step of path) value = value === undefined ? undefined : entriesOf(value).find(([key]) => key === step)?.[1];
    return value;
  }
}

type Entry = readonly [key: string, value: Json];

function entriesOf(value: Json): readonly Entry[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return (value as readonly Json[]).map((one, place) => [`[${place}]`, one] as const);
  return Object.entries(value).map(([key, one]) => [stepOf(key), one as Json] as const);
}

function nodeOf([key, value]: Entry): StateNode {
  const size = sizeOf(value);
  return { key, kind: kindOf(value), preview: previewOf(value), isOpenable: size > 0, size };
}

/** @param each false ends it. @returns true when everything was visited. */
function visit(value: Json, path: StatePath, each: (path: StatePath, value: Json) => boolean): boolean {
  return entriesOf(value).every(([key, one]) => {
    const at = [...path, key];
    return each(at, one) && visit(one, at, each);
  });
}

function kindOf(value: Json): StateKind {
  if (value === null) return 'nil';
  if (typeof value === 'object') return 'table';
  return typeof value as 'boolean' | 'number' | 'string';
}

function sizeOf(value: Json): number {
  return value !== null && typeof value === 'object' ? Object.keys(value).length : 0;
}

/** One line: the value itself, or how much is in it. */
export function previewOf(value: Json): string {
  if (typeof value === 'string') {
    const shown = value.length > TEXT_CHARACTERS ? `${value.slice(0, TEXT_CHARACTERS)}…` : value;
    return JSON.stringify(shown);
  }
  if (value === null || typeof value !== 'object') return String(value);
  const size = sizeOf(value);
  return Array.isArray(value) ? `list · ${size}` : `object · ${size} ${size === 1 ? 'key' : 'keys'}`;
}
