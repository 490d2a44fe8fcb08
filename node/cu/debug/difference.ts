import { AoError } from '../../contract/errors.ts';
import type { StateDiff } from '../../contract/state.ts';
import type { KeptPlace } from '../evaluator/protocol.ts';
import type { CuPorts } from '../ports.ts';
import type { Past } from './past.ts';

/** A moment of a process, on the main line or in a branch; slot -1 stands before all. */
export interface PastMoment {
  readonly past: Past;
  readonly slot: number;
  readonly tick: number | null;
}

/** A page of what the state has otherwise at `to` than at `from`. */
export type Difference = (from: PastMoment, to: PastMoment, offset: number, limit: number) => Promise<StateDiff>;

/** Others look meanwhile, and may push a state out that was kept to be compared. */
const ROUNDS_MAX = 3;

/** Both states stay in the viewer, which keeps them for the pages that follow. */
export function createDifference({ viewer }: Pick<CuPorts, 'viewer'>): Difference {
  const placeOf = ({ past, slot, tick }: PastMoment): KeptPlace => past.placeAt(slot, tick);
  const remember = ({ past, slot, tick }: PastMoment): Promise<null> =>
    past.after(slot, tick, (process, place) => viewer.ask('remember', { process, slot: place }, Infinity));
  return async (from, to, offset, limit) => {
    const args = { process: to.past.key, from: placeOf(from), to: placeOf(to), offset, limit };
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const known = await viewer.ask('diff', args, Infinity);
      if (known !== null) return known;
      await remember(from);
      await remember(to);
    }
    const made = await viewer.ask('diff', args, Infinity);
    if (made === null) throw new AoError('EVALUATOR_DIED', { process: to.past.process, reason: 'the states to compare are gone' });
    return made;
  };
}
