import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { at } from '../setup/paths.mjs';

/** The types: the file that imports nothing, as it is, and the one value beside them. */
const types = () => `${readFileSync(at('node/embed/api.ts'), 'utf8')}
/** Starts a whole node in this process, isolated from every other: its own data, wallets and ports. */
export declare const startNode: StartNode;
`;

const ES_MODULE = `import node from './index.cjs';\nexport const { startNode } = node;\n`;

/** What stands beside out/node/index.cjs, so that it can be imported from either kind of module, with types. */
export function writeLibrary() {
  mkdirSync(at('out/node'), { recursive: true });
  const files = { 'out/node/index.mjs': ES_MODULE, 'out/node/index.d.mts': types(), 'out/node/index.d.cts': types() };
  for (const [path, text] of Object.entries(files)) writeFileSync(at(path), text);
  return Object.keys(files).map((out) => ({ out, bytes: null }));
}
