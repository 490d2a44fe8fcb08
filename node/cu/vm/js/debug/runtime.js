// Runs inside QuickJS beside runtime.js, where somebody watches: what instrumented code calls (instrument.ts). While nobody
// has said what is wanted, nothing is written down.
(tools, cut) => {
  'use strict';
  const { kindOf, previewOf, entriesOf, childrenAt, evaluate } = tools;
  const { parse, stringify } = JSON;

  let wish = null;
  let current = null;
  let steps = 0;
  let kept = { step: [], line: [], call: [] };
  let calls = [];
  let hits = {};
  let sends = [];
  let sent = { message: 0, spawn: 0, assignment: 0 };
  let thrown = null;
  const errors = [];
  /** What a question about one step gave. */
  let found = null;
  let sites = [];
  /** How many of them are in each function. */
  const met = {};
  /** The state as the contract changes it, for who wants to know what changed a value in it. */
  let working = null;
  let last = null;
  let before = null;
  let write = null;

  const tried = (scope, expression) => {
    try {
      return { value: scope(expression), isThere: true };
    } catch {
      return { value: undefined, isThere: false };
    }
  };
  const read = (scope, expression) => {
    try {
      const value = scope(`(${expression})`);
      return { kind: kindOf(value), preview: previewOf(value), isTrue: Boolean(value) };
    } catch (error) {
      return { kind: 'error', preview: String(error), isTrue: false };
    }
  };
  const valueInState = () => {
    const value = evaluate(wish.wrote, working);
    return value.kind === 'error' ? 'undefined' : value.preview;
  };
  const nearestCall = (from) => {
    for (let one = from; one !== null; one = one.parent) if (one.call >= 0) return one.call;
    return -1;
  };
  const openFrames = (from) => {
    const frames = [];
    for (let one = from; one !== null; one = one.parent) frames.push(one);
    return frames;
  };
  const variablesOf = (frame, names) =>
    names.flatMap((name) => {
      const { value, isThere } = tried(frame.scope, name);
      return isThere ? [{ name, kind: kindOf(value), preview: previewOf(value), isOpenable: entriesOf(value).length > 0 }] : [];
    });
  const framesAt = () =>
    openFrames(current).map((frame) => {
      const { locals, upvalues } = wish.functions[frame.fn];
      return { fn: frame.fn, line: frame.line, locals: variablesOf(frame, locals), upvalues: variablesOf(frame, upvalues) };
    });
  const childrenOfFrame = ({ frame: place, scope, index, path, offset, limit }) => {
    if (scope === 'globals') return childrenAt({ state: working }, path, offset, limit);
    const frame = openFrames(current)[place];
    if (frame === undefined) return null;
    const { name } = variablesOf(frame, wish.functions[frame.fn][scope])[index] ?? {};
    return name === undefined ? null : childrenAt(tried(frame.scope, name).value, path, offset, limit);
  };
  const expressionIn = ({ frame: place, text }) => {
    const frame = openFrames(current)[place];
    return frame === undefined ? null : read(frame.scope, text);
  };
  const answers = { frames: framesAt, value: childrenOfFrame, expression: expressionIn };

  /** A line, or the first line of a function: a logpoint after the fact may ask for a value there. */
  const meet = (frame, line, isFirst) => {
    const { site } = wish;
    const begin = wish.functions[frame.fn].line;
    const isHere = site.kind === 'line' ? line === site.line : isFirst && site.places.some((place) => place.line === begin);
    if (!isHere || (met[frame.fn] ?? 0) >= wish.sitesMax) return;
    if (site.kind === 'line' && site.condition !== null && !read(frame.scope, site.condition).isTrue) return;
    met[frame.fn] = (met[frame.fn] ?? 0) + 1;
    sites.push({ step: steps, text: site.log === null ? null : read(frame.scope, site.log).preview, fn: frame.fn });
  };
  const look = () => {
    const now = valueInState();
    if (now !== before) write = { ...last, before, after: now };
    before = now;
  };

  globalThis.$aoscope = {
    enter(fn, args) {
      if (wish === null) return null;
      const frame = { fn, parent: current, line: 0, scope: null, call: -1, isEntered: false };
      if (calls.length < wish.calls) {
        frame.call = calls.length;
        const shown = wish.isWithValues ? args.map(previewOf) : [];
        calls.push({
          function: fn,
          parent: nearestCall(current),
          step: steps,
          endStep: steps,
          args: shown,
          returns: null,
          ended: 'cut short',
        });
      }
      current = frame;
      return frame;
    },
    line(frame, line, scope) {
      if (wish === null || frame === null) return;
      const isFirst = !frame.isEntered;
      frame.isEntered = true;
      frame.line = line;
      frame.scope = scope;
      current = frame;
      if (wish.wrote !== null) {
        look();
        last = { line, step: steps };
      }
      if (wish.site !== null) meet(frame, line, isFirst);
      hits[line] = (hits[line] ?? 0) + 1;
      if (kept.step.length < wish.steps) {
        kept.step.push(steps);
        kept.line.push(line);
        kept.call.push(nearestCall(frame));
      }
      if (steps === wish.at) {
        found = answers[wish.ask.kind](wish.ask);
        cut();
      }
      steps++;
      if (wish.steps > 0 && kept.step.length >= wish.steps) cut();
    },
    returned(frame, value) {
      const call = calls[frame?.call ?? -1];
      if (call !== undefined) {
        call.returns = wish.isWithValues ? [previewOf(value)] : [];
        call.ended = 'returned';
      }
      return value;
    },
    threw(frame, error) {
      if (wish === null || frame === null) return;
      const call = calls[frame.call];
      if (call !== undefined) [call.ended, call.returns] = ['error', null];
      if (errors.includes(error)) return;
      errors.push(error);
      thrown = { step: Math.max(0, steps - 1), stack: openFrames(frame).map(({ fn, line }) => ({ fn, line })) };
    },
    left(frame) {
      if (wish === null || frame === null) return;
      const call = calls[frame.call];
      if (call !== undefined) {
        call.endStep = steps;
        if (call.ended === 'cut short') [call.ended, call.returns] = ['returned', []];
      }
      current = frame.parent;
    },
    /** The contract has been given a state to change. */
    began(state) {
      working = state;
      if (wish?.wrote) before = valueInState();
    },
    /** What has become of it. */
    ended(state) {
      working = state;
      if (wish?.wrote) look();
    },
  };

  const told =
    (kind, call) =>
    (...args) => {
      const result = call(...args);
      if (wish !== null) sends.push({ kind, index: sent[kind]++, line: current?.line ?? 0, step: Math.max(0, steps - 1) });
      return result;
    };
  const { ao } = globalThis;
  Object.assign(ao, {
    send: told('message', ao.send),
    reply: told('message', ao.reply),
    spawn: told('spawn', ao.spawn),
    assign: told('assignment', ao.assign),
  });

  return {
    configure(text) {
      wish = parse(text);
    },
    recording: () => stringify({ steps, kept, calls, hits: Object.entries(hits), sends, thrown, found, sites, write }),
  };
};
