import { z } from 'zod';
import type { Json } from '../contract/outcome.ts';
import { LimitReached } from '../cu/vm/limit-reached.ts';
import { LuaHost } from '../cu/vm/lua/host.ts';
import { compileWasm } from '../cu/vm/wasm-api.ts';

/** What a test file asks of the node, or says of itself. */
export interface Question {
  readonly kind: string;
  readonly args: Json;
}

/** What it is answered. */
export type Answer = { readonly value: unknown } | { readonly error: string };

/** A test file in its own Lua VM: it runs until it asks something, and goes on with the answer. */
export interface LuaFile {
  start(name: string, text: string): Question;
  next(answer: Answer): Question;
}

/** VM instructions between two questions: a loop without an end in a test ends so. */
const GAS = 300_000_000;
const MEMORY_BYTES = 512 * 1024 * 1024;
const question = z.object({ kind: z.string(), args: z.custom<Json>() });

/**
 * A VM with the test language loaded.
 * @param glueWasm as for the Lua machine; @param language the text of tests/lua/test.lua.
 */
export async function openLuaFile(glueWasm: Uint8Array, language: string): Promise<LuaFile> {
  const host = new LuaHost(await compileWasm(glueWasm), MEMORY_BYTES);
  const { lua, main, values } = host;
  const begin = (): void => host.begin({ nowMs: 0, gas: GAS, memoryBytes: MEMORY_BYTES });
  begin();
  host.load(language, '@aoscope/test.lua');
  host.call(0, 1);
  const entry = host.keep();
  const step = (given: object): Question => {
    begin();
    try {
      host.pushKept(entry);
      values.push(main, given);
      host.call(1, 1);
      return question.parse(values.json(main, -1));
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      const words = error.kind === 'gas' ? 'it ran without an end' : `it took more than ${MEMORY_BYTES} bytes`;
      return { kind: 'broken', args: { message: words } };
    } finally {
      lua.lua_settop(main, 0);
    }
  };
  return { start: (name, text) => step({ name, text }), next: step };
}
