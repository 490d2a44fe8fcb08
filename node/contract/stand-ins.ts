import { isId, toAddress, toModuleId, type Address, type ModuleId } from './ids.ts';
import { tagValue, type Assignment, type Tag } from './item.ts';

/**
 * What stands in for what in one process. Decided once, when it is spawned, and written into the signed assignment of
 * its slot 0: so it is part of the log, and a later change of aoscope.json changes no replay.
 */
export interface StandIns {
  /** The module that runs in place of the one that the process names; null where that one runs itself. */
  readonly module: ModuleId | null;
  /** The address that is trusted wherever the process names an authority that this node stands in for; null for none. */
  readonly authority: Address | null;
}

export const NO_STAND_INS: StandIns = { module: null, authority: null };

const MODULE = 'Stand-In-Module';
const AUTHORITY = 'Stand-In-Authority';
/** On the gateway's answer for an id that a stand-in answers for: the id of what answers. */
export const STANDS_IN = 'Stands-In';

/** Tags for the assignment of slot 0, after the protocol's own. */
export function standInTags({ module, authority }: StandIns): Tag[] {
  return [
    ...(module === null ? [] : [{ name: MODULE, value: module }]),
    ...(authority === null ? [] : [{ name: AUTHORITY, value: authority }]),
  ];
}

/** What the assignment of a process's slot 0 says. */
export function standInsOf({ tags }: Pick<Assignment, 'tags'>): StandIns {
  const [module, authority] = [tagValue(tags, MODULE), tagValue(tags, AUTHORITY)];
  return {
    module: module !== null && isId(module) ? toModuleId(module) : null,
    authority: authority === null ? null : toAddress(authority),
  };
}
