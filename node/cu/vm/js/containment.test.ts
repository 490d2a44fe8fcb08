import { JS_FORMAT } from '../../../contract/modules.ts';
import { containmentSuite } from '../suite.fixture.ts';
import { env, machine, messageAt } from './js.fixture.ts';

/** Keeps a list that grows, and runs whatever it is given. */
const SOURCE = `
export const initialState = { counter: 0, list: [] };
export async function handle(state, { input }) {
  const result = await (0, eval)('(async (state) => { ' + input.data + ' })')(state);
  return { state, result };
}`;
const COUNT = 'state.counter += 1; state.list.push({ at: state.counter }); return state.counter';

containmentSuite('contracts in JavaScript', {
  machine,
  module: { id: 'module', format: JS_FORMAT, bytes: new TextEncoder().encode(SOURCE) },
  env,
  limits: { gas: 2_000_000, memoryBytes: 64 * 1024 * 1024 },
  message: (slot, work) => (slot === 0 ? messageAt(0) : messageAt(slot, {}, work, 'somebody')),
  count: COUNT,
  misbehaviours: {
    'a loop without an end': { work: 'state.counter = 99; for (;;);', ends: 'gas' },
    'a loop that swallows errors': { work: 'state.counter = 99; for (;;) try { for (;;); } catch {} finally { continue; }', ends: 'gas' },
    'promises without an end': { work: 'state.counter = 99; for (;;) await null', ends: 'gas' },
    'a promise that nobody keeps': { work: 'state.counter = 99; await new Promise(() => {})', ends: 'error' },
    'memory without an end': { work: "const all = []; for (;;) all.push('y'.repeat(100000) + all.length)", ends: 'memory' },
    'recursion without an end': { work: 'state.counter = 99; const f = (n) => 1 + f(n + 1); return f(1)', ends: 'error' },
    'recursion through getters': { work: 'const o = { get x() { return this.x; } }; return o.x', ends: 'error' },
    'a search that tries every way': { work: "return /^(a+)+$/.test('a'.repeat(40) + 'b')", ends: 'error or gas' },
    'an error after a change': { work: "state.counter = 99; state.list.length = 0; throw new ContractError('boom')", ends: 'error' },
    'an error that is no text': { work: 'state.counter = 99; throw { code: 5 }', ends: 'error' },
    'a state that holds itself': { work: 'state.me = state', ends: 'error' },
    'globals taken away': {
      work: 'state.counter = 99; JSON.stringify = null; Promise.prototype.then = null; Array.prototype.push = null; await 1; return null.x',
      ends: 'error',
    },
    'output without measure': {
      work: "const s = 'z'.repeat(1000000); for (let i = 0; i < 200; i++) ao.send({ Target: ao.id, Data: s })",
      ends: 'error or memory',
    },
  },
  // One search through a text, which counts as one call.
  endless: "return 'a'.repeat(8000000).indexOf('a'.repeat(4000000) + 'b')",
});
