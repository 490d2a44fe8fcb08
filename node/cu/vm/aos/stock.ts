import { readStockGlobals, type StockGlobals } from '../lua/state-view.ts';
import type { MessageInput, ProcessEnv } from '../machine.ts';
import type { CompiledModule } from './compiled.ts';
import type { LoaderRealm } from './loader-realm.ts';
import { AosProgram } from './program.ts';
import { AosStateSource } from './state-source.ts';

const ID = '0'.repeat(43);
/** Room for a process that does nothing. */
const MEMORY_BYTES = 1024 * 1024 * 1024;
const UNLIMITED = { gas: Number.MAX_SAFE_INTEGER, meteredGas: Number.MAX_SAFE_INTEGER, memoryBytes: MEMORY_BYTES };

/** What a module's own globals are, found out once per module with a process that only began. */
export function createStock(realm: () => LoaderRealm): (module: CompiledModule) => StockGlobals {
  const known = new WeakMap<CompiledModule, StockGlobals>();
  return (module) => {
    const before = known.get(module);
    if (before !== undefined) return before;
    const stock = readStock(new AosProgram(module, realm(), MEMORY_BYTES));
    known.set(module, stock);
    return stock;
  };
}

function readStock(program: AosProgram): StockGlobals {
  // aos takes its seed from the name of its module.
  const tags = [
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: ID },
  ];
  const env: ProcessEnv = { Process: { Id: ID, Owner: ID, Tags: tags }, Module: { Id: ID, Owner: ID, Tags: [] } };
  const message: MessageInput = {
    Id: ID,
    Data: '',
    Owner: ID,
    From: ID,
    Tags: tags,
    Target: ID,
    Epoch: 0,
    Nonce: 0,
    Timestamp: 0,
    'Block-Height': 0,
    Cron: false,
    'Read-Only': false,
  };
  program.begin(UNLIMITED);
  program.handle(JSON.stringify(message), env);
  return program.mainThread === 0 ? new Map() : readStockGlobals(new AosStateSource(program, null));
}
