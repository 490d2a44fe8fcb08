// Runs inside QuickJS, before any contract: the globals that a contract finds, and what the machine calls.
// A contract is what SmartWeave says: `handle(state, action)` gives `{ state }` or `{ result }`, and nothing but the state
// lasts. Its answer leaves as JSON text, in the words of the compute unit (`Messages`, `Spawns`, `Assignments`, `Output`).
(() => {
  'use strict';
  // What a contract does to these objects is its own affair; the answer is still put together.
  const { parse, stringify } = JSON;
  const { defineProperty, entries, hasOwn } = Object;
  const isArray = Array.isArray;
  // oxlint-disable-next-line no-eval -- what the owner of a process sends to be evaluated is evaluated
  const indirectEval = globalThis.eval;
  const copyOf = (value) => (value === undefined ? undefined : parse(stringify(value) ?? 'null'));

  class ContractError extends Error {
    constructor(message) {
      super(message);
      this.name = 'ContractError';
    }
  }

  let contract = {};
  /** What the evaluation under way has gathered. */
  let run = null;

  const shown = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return String(value);
    if (value instanceof Error) return String(value);
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const print = (...values) => void run?.lines.push(values.map(shown).join(' '));

  const PROTOCOL = { 'Data-Protocol': 'ao', Variant: 'ao.TN.1' };
  const textOf = (name, value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
    throw new TypeError(`the tag ${name} is no text; write JSON.stringify(…) where an object is meant`);
  };
  const tagsOf = (given, own) => {
    const tags = entries(own).map(([name, value]) => ({ name, value }));
    const add = (name, value) => {
      if (value !== undefined && value !== null) tags.push({ name, value: textOf(name, value) });
    };
    const { Tags = [], ...rest } = given;
    if (isArray(Tags)) for (const { name, value } of Tags) add(name, value);
    else for (const [name, value] of entries(Tags)) add(name, value);
    for (const [name, value] of entries(rest)) if (name !== 'Target' && name !== 'Data' && name !== 'Anchor') add(name, value);
    return tags;
  };
  const dataOf = ({ Data = '' }) => (typeof Data === 'string' ? Data : (stringify(Data) ?? ''));
  const running = () => {
    if (run === null) throw new ContractError('there is no message at the moment');
    return run;
  };
  const anchorOf = (at) => String(at.reference).padStart(32, '0');
  const send = (given) => {
    const at = running();
    if (typeof given?.Target !== 'string' || given.Target === '')
      throw new TypeError('ao.send wants a Target: the id of a process or a wallet');
    at.reference++;
    const Tags = tagsOf(given, { ...PROTOCOL, Type: 'Message', Reference: String(at.reference) });
    at.messages.push({ Target: given.Target, Anchor: anchorOf(at), Tags, Data: dataOf(given) });
  };
  const reply = (given) => {
    const { message, tags } = running();
    send({ ...given, Target: tags['Reply-To'] ?? message.From, 'X-Reference': tags.Reference });
  };
  const spawn = (module, given = {}) => {
    const at = running();
    if (typeof module !== 'string' || module === '') throw new TypeError('ao.spawn wants the id of a module');
    at.reference++;
    const Tags = tagsOf(given, { ...PROTOCOL, Type: 'Process', Module: module, Reference: String(at.reference) });
    at.spawns.push({ Anchor: anchorOf(at), Tags, Data: dataOf(given) });
  };
  const assign = ({ Processes, Message }) => {
    if (!isArray(Processes) || typeof Message !== 'string') throw new TypeError('ao.assign wants { Processes: [id, …], Message: id }');
    running().assignments.push({ Processes: [...Processes], Message });
  };

  const elsewhere = async () => {
    throw new ContractError(
      'another contract cannot be read while this one runs: send it a message with ao.send, and go on when it answers',
    );
  };
  const give = (name, value) => defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  give('ContractError', ContractError);
  give('ContractAssert', (isTrue, message) => {
    if (!isTrue) throw new ContractError(message);
  });
  give('console', { log: print, info: print, warn: print, error: print, debug: print });
  give('print', print);
  give('ao', { id: '', env: {}, msg: null, send, reply, spawn, assign });
  give('SmartWeave', {
    contract: { id: '', owner: '' },
    transaction: {},
    block: {},
    contracts: { readContractState: elsewhere, viewContractState: elsewhere, write: elsewhere },
  });

  /** The same chance on every replay, another for every message (mulberry32 over the message's id). */
  const chanceOf = (text) => {
    let seed = 2166136261;
    for (let at = 0; at < text.length; at++) seed = Math.imul(seed ^ text.charCodeAt(at), 16777619);
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  };

  const lowered = (list) => {
    const found = {};
    for (const { name, value } of list ?? []) if (!hasOwn(found, name)) found[name] = value;
    return found;
  };
  const setWorld = (message, env) => {
    const { Process } = env;
    Math.random = chanceOf(message.Id ?? `${message.From} ${message.Timestamp}`);
    Object.assign(globalThis.ao, { id: Process.Id, env, msg: message });
    Object.assign(globalThis.SmartWeave, {
      contract: { id: Process.Id, owner: Process.Owner },
      transaction: { id: message.Id ?? '', owner: message.From, target: message.Target, quantity: '0', reward: '0', tags: message.Tags },
      block: { height: message['Block-Height'], timestamp: Math.floor(message.Timestamp / 1000), indep_hash: '' },
    });
  };

  /** Tags that the protocol and its units write; all others say something to the contract. */
  const PROTOCOL_TAG =
    /^(Data-Protocol|Variant|Type|Module|Scheduler|Name|Source|SDK|Content-Type|Action|Reference|Ref_|From-Process|From-Module|Pushed-For|Assignment.*|X-.*)$/i;
  const jsonOr = (text, otherwise) => {
    try {
      return parse(text);
    } catch {
      return otherwise;
    }
  };
  /** As Warp sends it, in the tag Input; or as ao clients do: the function in the tag Action, the rest in JSON data or in tags of its own. */
  const inputOf = ({ Data }, tags) => {
    if (tags.Input !== undefined) {
      try {
        return parse(tags.Input);
      } catch {
        throw new ContractError('the tag Input is no JSON');
      }
    }
    const named = Object.fromEntries(entries(tags).filter(([name]) => !PROTOCOL_TAG.test(name)));
    const input = tags.Action === undefined ? named : { function: tags.Action, ...named };
    if (Data === null || Data === undefined || Data === '') return input;
    const data = jsonOr(Data, Data);
    return typeof data === 'object' && data !== null && !isArray(data) ? { ...input, ...data } : { ...input, data };
  };
  const firstState = ({ Data }, tags) => {
    const text = tags['Init-State'] ?? Data;
    if (text === undefined || text === null || text === '') {
      const { initialState } = contract;
      return copyOf(typeof initialState === 'function' ? initialState() : initialState) ?? {};
    }
    try {
      return parse(text);
    } catch {
      throw new ContractError('the initial state (the tag Init-State, else the data) is no JSON');
    }
  };

  const handled = async (message, tags) => {
    const working = copyOf(run.state);
    globalThis.$aoscope?.began(working);
    const given = await contract.handle(working, { input: inputOf(message, tags), caller: message.From });
    const isAnswer = typeof given === 'object' && given !== null && (given.state !== undefined || hasOwn(given, 'result'));
    if (!isAnswer) throw new ContractError('handle has to give { state } or { result }');
    if (given.state !== undefined) run.state = copyOf(given.state);
    globalThis.$aoscope?.ended(run.state);
    return given.result;
  };
  const evaluated = async (code) => {
    give('state', copyOf(run.state));
    const result = await indirectEval(code);
    run.state = copyOf(globalThis.state) ?? null;
    delete globalThis.state;
    return result;
  };
  const work = async (kind, message, tags) => {
    if (kind === 'eval') return evaluated(message.Data ?? '');
    if (kind !== 'first') return handled(message, tags);
    globalThis.$aoscope?.began(null);
    run.state = firstState(message, tags);
    globalThis.$aoscope?.ended(run.state);
    return undefined;
  };
  const failed = (error) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}${placeOf(error)}` : shown(error);
    run.answer = { Error: reason === '' ? 'an error without a text' : reason, isOutOfMemory: isOutOfMemory(error) };
  };
  const isOutOfMemory = (error) => error instanceof InternalError && error.message === 'out of memory';
  /** Where a mistake was made; what a contract refuses with a ContractError is none. */
  const placeOf = (error) => {
    if (error instanceof ContractError || typeof error.stack !== 'string') return '';
    const place = /contract\.js:(\d+)/.exec(error.stack);
    return place === null ? '' : ` (${run.file ?? 'contract.js'}:${place[1]})`;
  };

  // How values are shown: as the state of a process is (json-state.ts).
  const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
  const TEXT_CHARACTERS = 200;
  const stepOf = (key) => (NAME.test(key) ? `.${key}` : `[${stringify(key)}]`);
  const kindOf = (value) => {
    if (value === null || value === undefined) return 'nil';
    const type = typeof value;
    if (type === 'object') return 'table';
    if (type === 'bigint') return 'number';
    return type === 'symbol' ? 'userdata' : type;
  };
  const entriesOf = (value) => {
    if (typeof value !== 'object' || value === null) return [];
    if (value instanceof Map) return [...value].map(([key, one]) => [stepOf(String(key)), one]);
    if (value instanceof Set) return [...value].map((one, at) => [`[${at}]`, one]);
    if (isArray(value)) return value.map((one, at) => [`[${at}]`, one]);
    return Reflect.ownKeys(value).flatMap((key) => (typeof key === 'string' ? [[stepOf(key), value[key]]] : []));
  };
  const previewOf = (value) => {
    if (typeof value === 'string') return stringify(value.length > TEXT_CHARACTERS ? `${value.slice(0, TEXT_CHARACTERS)}…` : value);
    if (typeof value === 'function') return value.name === '' ? 'function' : `function ${value.name}`;
    if (value instanceof Error) return String(value);
    if (value instanceof Promise) return 'promise';
    if (typeof value !== 'object' || value === null) return String(value);
    const size = entriesOf(value).length;
    return isArray(value) ? `list · ${size}` : `object · ${size} ${size === 1 ? 'key' : 'keys'}`;
  };
  const childrenAt = (root, path, offset, limit) => {
    let value = root;
    for (const step of path) {
      const entry = entriesOf(value).find(([key]) => key === step);
      if (entry === undefined) return null;
      value = entry[1];
    }
    const entriesHere = entriesOf(value);
    const nodes = entriesHere.slice(offset, offset + limit).map(([key, one]) => {
      const size = entriesOf(one).length;
      return { key, kind: kindOf(one), preview: previewOf(one), isOpenable: size > 0, size };
    });
    return { nodes, total: entriesHere.length, offset };
  };
  /** What an expression gives over a state, which it may change without harm. */
  const evaluate = (expression, state) => {
    give('state', state);
    try {
      const value = indirectEval(`(${expression})`);
      return { kind: kindOf(value), preview: previewOf(value), isTrue: Boolean(value) };
    } catch (error) {
      return { kind: 'error', preview: String(error), isTrue: false };
    } finally {
      delete globalThis.state;
    }
  };

  return {
    tools: { kindOf, previewOf, entriesOf, childrenAt, evaluate },
    read: (expression, stateText) => stringify(evaluate(expression, parse(stateText))),
    /** Takes the module of the contract once it has run: a promise of what it exports. */
    adopt(exported) {
      run = { lines: [], answer: null };
      exported.then((names) => {
        contract = names;
        run.answer = { hasHandle: typeof names.handle === 'function' };
      }, failed);
    },
    /** Begins with a message; what comes of it stands in `answer` once every job of the queue has run. */
    begin(kind, messageText, envText, stateText) {
      const message = parse(messageText);
      const tags = lowered(message.Tags);
      run = { message, tags, state: parse(stateText), lines: [], messages: [], spawns: [], assignments: [], reference: 0, answer: null };
      const env = parse(envText);
      run.file = lowered(env.Process.Tags).Source;
      setWorld(message, env);
      work(kind, message, tags).then((result) => {
        const { lines, messages: Messages, spawns: Spawns, assignments: Assignments } = run;
        const text = [...lines, ...(result === undefined ? [] : [shown(result)])].join('\n');
        const Output = { data: text, ...(result === undefined ? {} : { result: copyOf(result) ?? null }) };
        run.answer = { response: { Output, Messages, Spawns, Assignments }, state: run.state };
      }, failed);
    },
    answer: () => stringify(run?.answer ?? null),
  };
})();
