import type { ApiEntry } from '../../../node/lua/api/entry.ts';
import type { Runtime } from '../answers.ts';
import { childOf, nodeAt, type Span, type Syntax } from '../syntax.ts';
import { argumentsOf, type LintPlace } from './lint.ts';

const LACKS: Readonly<Record<Runtime, (entry: ApiEntry) => boolean>> = {
  lua: ({ on }) => on === 'aos',
  'aos 1': ({ on, since }) => on === 'lua' || since === 2,
  'aos 2': ({ on }) => on === 'lua',
};
const NAMES: Readonly<Record<Runtime, string>> = { lua: 'our Lua module', 'aos 1': 'aos 1', 'aos 2': 'aos 2' };

const TEST = /\.test\.lua$/;

/** What does something else on aos, where the file is not written for aos alone. @param count how many arguments it is called with; null for no call. */
function lintDifference({ facts, runtimes, mark }: LintPlace, at: Span, written: string, entry: ApiEntry, count: number | null): void {
  if (entry.differs === null || TEST.test(facts.path)) return;
  if (runtimes.size > 0 && !runtimes.has('lua')) return;
  if (entry.differsFrom > 0 && (count ?? 0) < entry.differsFrom) return;
  mark(at, 'API_DIFFERS', `${written} is otherwise on aos. ${entry.differs}`, null, 'hint');
}

/**
 * What a process of this file does not have where it runs. Where no process of the manifest has it, or its module is not
 * known, what only one of the runtimes has is a hint.
 */
export function lintRuntime(place: LintPlace, at: Span, written: string, entry: ApiEntry): void {
  const { runtimes, mark } = place;
  lintDifference(place, at, written, entry, argumentsAt(place, at));
  const lacking = [...runtimes].filter((one) => LACKS[one](entry)).map((one) => NAMES[one]);
  if (lacking.length > 0)
    mark(at, 'API_PLACE', `A process of this file runs on ${lacking.join(' and on ')}, which does not have ${written}.`);
  else if (runtimes.size === 0 && (entry.on === 'lua' || entry.on === 'aos')) {
    const [has, lacks] = entry.on === 'lua' ? ['our Lua module', 'aos'] : ['aos', 'our Lua module'];
    mark(at, 'API_PLACE', `${written} is there on ${has} only, not on ${lacks}.`, null, 'hint');
  }
}

/** How many arguments stand behind a name that is called; null where it is not. */
function argumentsAt({ facts }: LintPlace, at: Span): number | null {
  for (let node: Syntax | null = nodeAt(facts.root, at.end - 1); node !== null && node.start <= at.start; node = node.parent) {
    if (node.type !== 'function_call') continue;
    return childOf(node, 'name')?.end === at.end ? argumentsOf(node).length : null;
  }
  return null;
}
