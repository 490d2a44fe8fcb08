import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ProcessId } from '../contract/ids.ts';
import type { FramePath, FrameView, Variable } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';
import type { StateNode, StatePage, StatePath } from '../contract/state.ts';
import { expressionOf, namedPlace } from './expression-path.ts';
import { messageVariables } from './message.ts';
import type { Place } from './place.ts';

/** A frame of a stopped process: a level of its stack, or the whole of a slot where `level` is null. */
export interface FrameAt {
  readonly place: Place;
  readonly level: number | null;
}

/** What the editor opens: a page of a place in a state, or a list that is there already. */
type Container =
  | { readonly kind: 'list'; readonly variables: readonly DebugProtocol.Variable[] }
  | {
      readonly kind: 'place';
      readonly place: Place;
      /** The variable of a frame; null for the globals after a slot. */
      readonly at: Omit<FramePath, 'path'> | null;
      /** The variable's name; null for globals. */
      readonly base: string | null;
      readonly path: StatePath;
      /** Entries before this one are shown elsewhere. */
      readonly from: number;
    };
type PlaceContainer = Extract<Container, { readonly kind: 'place' }>;

/** Which part of a container is asked for. */
export interface VariablesWish {
  readonly filter?: 'indexed' | 'named' | undefined;
  readonly start?: number | undefined;
  readonly count?: number | undefined;
}

/** Frames and values that the editor was told of since the last stop. */
export interface Values {
  /** The id of a frame, for as long as nothing moves. */
  frameId(frame: FrameAt): number;
  frame(id: number): FrameAt | null;
  scopes(frame: FrameAt): Promise<DebugProtocol.Scope[]>;
  /** @returns null for a reference that is none any more. */
  variables(reference: number, wish: VariablesWish): Promise<DebugProtocol.Variable[] | null>;
  /** The reference under which a named value can be opened; 0 where it cannot. */
  openable(frame: FrameAt, expression: string): Promise<number>;
  /** What stands in a container under a name: its expression; null where it has none. */
  expressionIn(reference: number, name: string): string | null;
  /** The process that a container belongs to. */
  processIn(reference: number): ProcessId | null;
  framesAt(place: Place): Promise<readonly FrameView[]>;
  clear(): void;
}

/** Entries that are given at once where nobody says how many; behind them stands one that opens the next. */
const PAGE = 1_000;
/** With more entries than this, the editor is told their number and asks for parts. */
const PAGED_FROM = 100;

export function createValues(ask: Client['ask']): Values {
  let frames: FrameAt[] = [];
  let containers: Container[] = [];
  let stacks = new Map<string, Promise<readonly FrameView[]>>();

  const refer = (container: Container): number => containers.push(container);
  const framesAt = (place: Place): Promise<readonly FrameView[]> => {
    const { process, slot, tick, step } = place;
    if (step === null) return Promise.resolve([]);
    const key = JSON.stringify([process, slot, tick, step]);
    const found = stacks.get(key) ?? ask('cu.frames', { process, slot, tick, step }).then((reply) => reply.frames);
    stacks.set(key, found);
    return found;
  };
  const read = ({ place, at, path }: PlaceContainer, offset: number, limit: number): Promise<StatePage> => {
    const { process, slot, tick, step } = place;
    if (at === null || step === null) return ask('cu.state', { process, slot, tick, path, offset, limit });
    return ask('cu.frameValue', { process, slot, tick, step, at: { ...at, path }, offset, limit });
  };
  const ofNode = (inside: PlaceContainer, node: StateNode): DebugProtocol.Variable => {
    const path = [...inside.path, node.key];
    const expression = expressionOf(inside.base, path);
    return {
      name: node.key.replace(/^\.(?=.)/, ''),
      value: node.preview,
      type: node.kind,
      ...(expression === null ? {} : { evaluateName: expression }),
      variablesReference: node.isOpenable ? refer({ ...inside, path, from: 0 }) : 0,
      ...(node.size > PAGED_FROM ? { indexedVariables: node.size } : {}),
    };
  };
  const ofVariable = (place: Place, level: number, scope: 'locals' | 'upvalues', index: number, one: Variable): DebugProtocol.Variable => ({
    name: one.name,
    value: one.preview,
    type: one.kind,
    evaluateName: one.name,
    variablesReference: one.isOpenable
      ? refer({ kind: 'place', place, at: { frame: level, scope, index }, base: one.name, path: [], from: 0 })
      : 0,
  });
  const globalsOf = ({ place, level }: FrameAt): PlaceContainer => ({
    kind: 'place',
    place,
    at: place.step === null ? null : { frame: level ?? 0, scope: 'globals', index: 0 },
    base: null,
    path: [],
    from: 0,
  });
  /** At a step all globals are told, also those of every process: only names that a state shows are kept. */
  const isShown = async ({ process, slot, tick }: Place): Promise<(key: string) => boolean> => {
    const names = async (at: Place['slot'] | null, of: number | null): Promise<readonly string[]> =>
      at === null
        ? []
        : ask('cu.state', { process, slot: at, tick: of, path: [], offset: 0, limit: PAGE }).then(({ nodes }) =>
            nodes.map(({ key }) => key),
          );
    const before = slot === 0 ? null : ((slot - 1) as Place['slot']);
    const shown = new Set([...(await names(slot, tick)), ...(await names(before, null))]);
    return (key) => shown.has(key);
  };
  const page = async (container: PlaceContainer, wish: VariablesWish): Promise<DebugProtocol.Variable[]> => {
    const limit = Math.min(PAGE, wish.count === undefined || wish.count === 0 ? PAGE : wish.count);
    const offset = container.from + (wish.start ?? 0);
    const { nodes, total } = await read(container, offset, limit);
    const isRoot = container.path.length === 0 && container.at?.scope === 'globals';
    const keep = isRoot ? await isShown(container.place) : () => true;
    const variables = nodes.filter(({ key }) => keep(key)).map((node) => ofNode(container, node));
    const left = total - offset - nodes.length;
    if (left <= 0 || wish.count !== undefined) return variables;
    const more = { ...container, from: offset + nodes.length };
    return [
      ...variables,
      { name: `… ${left} more`, value: '', variablesReference: refer(more), presentationHint: { attributes: ['readOnly'] } },
    ];
  };
  const frameOf = async ({ place, level }: FrameAt): Promise<FrameView | null> => (await framesAt(place))[level ?? -1] ?? null;

  return {
    framesAt,
    frameId: (frame) => frames.push(frame),
    frame: (id) => frames[id - 1] ?? null,
    async scopes(at) {
      const frame = await frameOf(at);
      const { place } = at;
      const lists = (['locals', 'upvalues'] as const).flatMap((scope) => {
        const list = frame?.[scope] ?? [];
        if (list.length === 0 && scope === 'upvalues') return [];
        const variables = list.map((one, index) => ofVariable(place, at.level ?? 0, scope, index, one));
        const name = scope === 'locals' ? 'Locals' : 'Upvalues';
        return [{ name, presentationHint: scope, variablesReference: refer({ kind: 'list', variables }), expensive: false }];
      });
      const message = await messageVariables(ask, place);
      return [
        ...(frame === null ? [] : lists),
        { name: 'Globals', presentationHint: 'globals', variablesReference: refer(globalsOf(at)), expensive: false },
        {
          name: 'Message',
          variablesReference: refer({ kind: 'list', variables: message.map((one) => withList(one, refer)) }),
          expensive: false,
        },
      ];
    },
    async variables(reference, wish) {
      const container = containers[reference - 1];
      if (container === undefined) return null;
      if (container.kind === 'place') return wish.filter === 'named' ? [] : page(container, wish);
      const start = wish.start ?? 0;
      return container.variables.slice(start, wish.count === undefined || wish.count === 0 ? undefined : start + wish.count);
    },
    async openable(at, expression) {
      const place = namedPlace(expression);
      if (place === null) return 0;
      const frame = await frameOf(at);
      for (const scope of ['locals', 'upvalues'] as const) {
        // An inner variable of the same name comes later, and hides the outer one.
        const index = (frame?.[scope] ?? []).findLastIndex(({ name }) => name === place.name);
        if (index < 0) continue;
        const variable = { frame: at.level ?? 0, scope, index };
        return refer({ kind: 'place', place: at.place, at: variable, base: place.name, path: place.path, from: 0 });
      }
      return refer({ ...globalsOf(at), path: [`.${place.name}`, ...place.path] });
    },
    expressionIn(reference, name) {
      const container = containers[reference - 1];
      if (container?.kind !== 'place') return null;
      const key = name.startsWith('[') || name.startsWith('(') ? name : `.${name}`;
      return container.at === null || container.at.scope === 'globals' ? expressionOf(container.base, [...container.path, key]) : null;
    },
    processIn(reference) {
      const container = containers[reference - 1];
      return container?.kind === 'place' ? container.place.process : null;
    },
    clear() {
      frames = [];
      containers = [];
      stacks = new Map();
    },
  };
}

/** A variable with the list below it under a reference. */
function withList(
  { children, ...variable }: Awaited<ReturnType<typeof messageVariables>>[number],
  refer: (container: Container) => number,
): DebugProtocol.Variable {
  if (children === undefined) return { ...variable, variablesReference: 0 };
  const variables = children.map((one) => ({ ...one, variablesReference: 0 }));
  return { ...variable, variablesReference: refer({ kind: 'list', variables }) };
}
