import { API_HOMES, apiEntry } from '../../../node/lua/api/api.ts';
import { meantIn, type Meaning } from '../meaning.ts';
import type { Facts } from '../scopes.ts';
import { textOf } from '../syntax.ts';
import { edit, nearest, type LintPlace } from './lint.ts';
import { lintRuntime } from './runtimes.ts';

/** Messages and tags have members of their own: what else is read there may be there. */
const OPEN = new Set(['msg', 'tags', 'env', 'Sent']);

/** Members that the runtime does not have, `ao.sned`, or not the one that is run on. */
export function lintMembers(place: LintPlace): void {
  const { facts, files, meaning } = place;
  if (facts.members.length === 0) return;
  const own = new Set<string>();
  for (const path of files.paths) {
    const of = files.factsOf(path);
    for (const written of of === null ? [] : writtenIn(of, meaning)) own.add(written);
  }
  for (const { base, name, at, isWrite } of facts.members) {
    const home = isWrite ? null : meaning.homeOf(meantIn(facts, base));
    if (home === null || home.startsWith('class:') || own.has(`${home}.${name}`)) continue;
    const entry = apiEntry(home, name);
    const written = `${textOf(facts.text, base)}.${name}`;
    if (entry !== undefined) lintRuntime(place, at, written, entry);
    else if (!OPEN.has(home) && !name.startsWith('_')) {
      const names = (API_HOMES.get(home) ?? []).map((one) => one.name);
      const meant = nearest(name, names);
      place.mark(at, 'UNKNOWN_MEMBER', `The runtime has no ${written}.`, meant === null ? null : edit(`Write ${meant}`, at, meant));
    }
  }
}

/** By the text that writes them: of fifty files one changes at a time. */
const known = new WeakMap<Facts, readonly string[]>();

/** Members that a file gives to tables of the runtime. */
function writtenIn(facts: Facts, meaning: Meaning): readonly string[] {
  const found =
    known.get(facts) ??
    facts.members.flatMap(({ base, name, isWrite }) => {
      const home = isWrite ? meaning.homeOf(meantIn(facts, base)) : null;
      return home === null ? [] : [`${home}.${name}`];
    });
  known.set(facts, found);
  return found;
}
