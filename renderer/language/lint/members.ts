import { API_HOMES, apiEntry } from '../../../node/lua/api/api.ts';
import { meantIn } from '../meaning.ts';
import { textOf } from '../syntax.ts';
import { edit, nearest, type LintPlace } from './lint.ts';

/** Messages and tags have members of their own: what else is read there may be there. */
const OPEN = new Set(['msg', 'tags', 'env', 'Sent']);

/** Members that the runtime does not have: `ao.sned`. */
export function lintMembers(place: LintPlace): void {
  const { facts, files, meaning } = place;
  if (facts.members.length === 0) return;
  const own = new Set<string>();
  for (const path of files.paths) {
    const of = files.factsOf(path);
    for (const { base, name, isWrite } of of?.members ?? [])
      if (isWrite && of !== null) own.add(`${meaning.homeOf(meantIn(of, base)) ?? ''}.${name}`);
  }
  for (const { base, name, at, isWrite } of facts.members) {
    const home = isWrite ? null : meaning.homeOf(meantIn(facts, base));
    if (home === null || OPEN.has(home) || home.startsWith('class:') || own.has(`${home}.${name}`)) continue;
    const entry = apiEntry(home, name);
    const written = `${textOf(facts.text, base)}.${name}`;
    if (entry === undefined && !name.startsWith('_')) {
      const meant = nearest(
        name,
        (API_HOMES.get(home) ?? []).map((one) => one.name),
      );
      place.mark(at, 'UNKNOWN_MEMBER', `The runtime has no ${written}.`, meant === null ? null : edit(`Write ${meant}`, at, meant));
    } else if (entry?.on === 'lua')
      place.mark(at, 'API_PLACE', `${written} is there on our Lua module only: a process on aos does not have it.`, null, 'hint');
    else if (entry?.on === 'aos')
      place.mark(at, 'API_PLACE', `${written} is there on aos only: our Lua module does not have it.`, null, 'hint');
    // aos 1 and what came with aos 2 in one text: it runs on neither.
    else if (entry?.since === 2 && usesFirstAos(place))
      place.mark(at, 'API_VERSION', `${written} came with aos 2, and this file also uses ao._ref, which is of aos 1.`, null, 'hint');
  }
}

function usesFirstAos({ facts }: LintPlace): boolean {
  return facts.members.some(({ base, name }) => name === '_ref' && textOf(facts.text, base) === 'ao');
}
