import type { ApiEntry } from '../../../node/lua/api/entry.ts';
import type { Runtime } from '../answers.ts';
import type { Span } from '../syntax.ts';
import type { LintPlace } from './lint.ts';

const LACKS: Readonly<Record<Runtime, (entry: ApiEntry) => boolean>> = {
  lua: ({ on }) => on === 'aos',
  'aos 1': ({ on, since }) => on === 'lua' || since === 2,
  'aos 2': ({ on }) => on === 'lua',
};
const NAMES: Readonly<Record<Runtime, string>> = { lua: 'our Lua module', 'aos 1': 'aos 1', 'aos 2': 'aos 2' };

/**
 * What a process of this file does not have where it runs. Where no process of the manifest has it, or its module is not
 * known, what only one of the runtimes has is a hint.
 */
export function lintRuntime({ runtimes, mark }: LintPlace, at: Span, written: string, entry: ApiEntry): void {
  const lacking = [...runtimes].filter((one) => LACKS[one](entry)).map((one) => NAMES[one]);
  if (lacking.length > 0)
    mark(at, 'API_PLACE', `A process of this file runs on ${lacking.join(' and on ')}, which does not have ${written}.`);
  else if (runtimes.size === 0 && (entry.on === 'lua' || entry.on === 'aos')) {
    const [has, lacks] = entry.on === 'lua' ? ['our Lua module', 'aos'] : ['aos', 'our Lua module'];
    mark(at, 'API_PLACE', `${written} is there on ${has} only, not on ${lacks}.`, null, 'hint');
  }
}
