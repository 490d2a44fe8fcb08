import type { ProcessRow } from './rows.ts';

/** What a process runs on and whom it trusts, a sentence each, where that is not what its slot 0 names; empty where it is. */
export function standInWords({ program }: ProcessRow, luaModule: string | null): readonly string[] {
  if (program === null) return [];
  const { module, authority } = program.standIns;
  const what = module !== null && String(module) === luaModule ? "aoscope's Lua" : `module ${module}`;
  return [
    ...(module === null ? [] : [`Runs on ${what} in place of ${program.module}, which was not on the gateway when it was spawned`]),
    ...(authority === null ? [] : [`Trusts this node's messenger ${authority} in place of an authority it names, whose key is not here`]),
  ];
}
