import type { ExpressionValue, FramePath, FrameView, Variable } from '../../../../contract/recording.ts';
import type { StatePage } from '../../../../contract/state.ts';
import { LUA, type LuaThread } from '../glue.ts';
import { StateReader } from '../state-reader.ts';
import type { LuaProbe } from './probe.ts';
import { kindAt, showAt, showExpression } from './show.ts';

const LEVELS_MAX = 200;
const VARIABLES_MAX = 250;
/** Lua's answer to a call that went well. */
const OK = 0;
const encoder = new TextEncoder();

/** One level of a thread that stands still. */
interface Level {
  readonly thread: LuaThread;
  readonly level: number;
}

/** The frames of `threads`, innermost first; each thread was resumed by the one behind it. */
export function readFrames(probe: LuaProbe, threads: readonly LuaThread[]): FrameView[] {
  return levelsOf(probe, threads).map((at) => readFrame(probe, at));
}

/** The children of a variable of a frame, or of what stands below it. */
export function readFrameValue(
  probe: LuaProbe,
  threads: readonly LuaThread[],
  { frame, scope, index, path }: FramePath,
  offset: number,
  limit: number,
): StatePage | null {
  const at = levelsOf(probe, threads)[frame];
  if (at === undefined) return null;
  const { lua } = probe;
  const bottom = lua.lua_gettop(at.thread);
  try {
    // The stock of globals is known to those who read whole states: here all are told.
    if (scope === 'globals') return new StateReader(probe.sourceOn(at.thread), new Map()).children(path, offset, limit);
    let place = 0;
    let found = false;
    // The variable that is asked for stays on the stack.
    eachVariable(probe, at, scope, () => (found = place++ === index));
    return found ? new StateReader(probe.sourceOn(at.thread), new Map()).childrenOfTop(path, offset, limit) : null;
  } finally {
    lua.lua_settop(at.thread, bottom);
  }
}

/** What an expression gives, seen from a frame: its variables first, then the globals. */
export function evaluateInFrame(probe: LuaProbe, threads: readonly LuaThread[], frame: number, expression: string): ExpressionValue {
  const at = levelsOf(probe, threads)[frame];
  if (at === undefined) return { kind: 'error', preview: 'there is no such frame' };
  const { lua } = probe;
  const bottom = lua.lua_gettop(at.thread);
  probe.debug.lua_getstack(at.thread, at.level, probe.record);
  probe.ask(at.thread, 'pushed', probe.record);
  const held = lua.lua_gettop(at.thread);
  const names: string[] = [];
  // An inner variable of the same name comes later, and hides the outer one as it does in the program.
  for (const scope of ['upvalues', 'locals'] as const)
    eachVariable(
      probe,
      at,
      scope,
      (name) => {
        names.push(name);
        return false;
      },
      held,
    );
  const seen = names.filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== '_ENV');
  const head = seen.length === 0 ? '' : `local ${seen.join(', ')} = ... `;
  return evaluate(probe, at.thread, bottom, `${head}return `, expression, () => {
    let pushed = 0;
    for (const scope of ['upvalues', 'locals'] as const)
      eachVariable(
        probe,
        at,
        scope,
        (name) => {
          const isSeen = seen.includes(name);
          if (isSeen) pushed++;
          return isSeen ? 'keep' : false;
        },
        held,
      );
    return pushed;
  });
}

/** What an expression gives with the globals alone. */
export function evaluateGlobally(probe: LuaProbe, main: LuaThread, expression: string): ExpressionValue {
  return evaluate(probe, main, probe.lua.lua_gettop(main), 'return ', expression, () => 0);
}

function evaluate(
  probe: LuaProbe,
  thread: LuaThread,
  bottom: number,
  head: string,
  expression: string,
  pushArgs: () => number,
): ExpressionValue {
  const { lua, debug, values } = probe;
  const code = encoder.encode(head + expression);
  const name = encoder.encode('=expression\0t\0');
  try {
    const status = values.withBytes(code, (codeAt) =>
      values.withBytes(name, (nameAt) => debug.luaL_loadbufferx(thread, codeAt, code.length, nameAt, nameAt + name.length - 2)),
    );
    if (status === OK) {
      const args = pushArgs();
      if (debug.lua_pcallk(thread, args, 1, 0, 0, 0) === OK)
        return { kind: kindAt(probe, thread, -1), preview: showExpression(probe, thread, -1) };
    }
    const text = lua.lua_type(thread, -1) === LUA.string ? values.text(thread, -1) : showAt(probe, thread, -1);
    return { kind: 'error', preview: text.replace(/^expression:\d+: /, '') };
  } finally {
    lua.lua_settop(thread, bottom);
  }
}

function levelsOf(probe: LuaProbe, threads: readonly LuaThread[]): Level[] {
  const levels: Level[] = [];
  for (const thread of threads) {
    for (let level = 0; levels.length < LEVELS_MAX && probe.debug.lua_getstack(thread, level, probe.record) !== 0; level++)
      levels.push({ thread, level });
  }
  return levels;
}

function readFrame(probe: LuaProbe, at: Level): FrameView {
  const { layout, record } = probe;
  probe.debug.lua_getstack(at.thread, at.level, record);
  probe.ask(at.thread, 'standing', record);
  const chunk = probe.cText(probe.pointer(record + layout.source)) ?? '';
  const line = probe.int(record + layout.currentLine);
  const isNative = chunk === '=[C]';
  const name = probe.cText(probe.pointer(record + layout.name)) ?? (probe.int(record + layout.line) === 0 ? 'main chunk' : 'function');
  const read = (scope: 'locals' | 'upvalues'): Variable[] => {
    const variables: Variable[] = [];
    eachVariable(probe, at, scope, (title) => {
      const kind = kindAt(probe, at.thread, -1);
      const preview = showAt(probe, at.thread, -1);
      variables.push({ name: title, kind, preview, isOpenable: kind === 'table' && preview !== '{}' });
      return false;
    });
    return variables;
  };
  return {
    function: name,
    place: isNative ? null : { chunk, line },
    isRuntime: isNative || probe.isRuntimeSource(chunk),
    locals: isNative ? [] : read('locals'),
    upvalues: isNative ? [] : read('upvalues'),
  };
}

/**
 * Pushes the variables of a frame one by one and asks what to do: false takes it off again, `keep` leaves it and goes
 * on, true leaves it and ends.
 * @param held where the frame's function stands on the stack; it is pushed when that is not known.
 */
function eachVariable(
  probe: LuaProbe,
  { thread, level }: Level,
  scope: Exclude<FramePath['scope'], 'globals'>,
  see: (name: string) => boolean | 'keep',
  held: number | null = null,
): void {
  const { lua, debug, record } = probe;
  debug.lua_getstack(thread, level, record);
  const isLocal = scope === 'locals';
  if (!isLocal && held === null) probe.ask(thread, 'pushed', record);
  const holder = held ?? lua.lua_gettop(thread);
  for (let place = 1; place <= VARIABLES_MAX; place++) {
    lua.lua_checkstack(thread, 8);
    const nameAt = isLocal ? debug.lua_getlocal(thread, record, place) : debug.lua_getupvalue(thread, holder, place);
    if (nameAt === 0) break;
    const name = probe.cText(nameAt) ?? '';
    // Names in brackets are Lua's own temporaries; the globals stand elsewhere.
    const answer = name.startsWith('(') || name === '_ENV' || name === '' ? false : see(name);
    if (answer === true) return;
    if (answer === false) lua.lua_settop(thread, -2);
  }
}
