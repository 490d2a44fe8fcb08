import type { StateChange } from '../../../node/contract/state.ts';
import { withNames } from '../../model/lookup.ts';
import type { World } from '../../model/world.ts';

const CHANGES_SHOWN = 100;

interface EndsProps {
  readonly world: World;
  readonly changes: readonly StateChange[];
  readonly label: string;
}

/** Values that differ, as they were and as they are in a branch. */
export function Ends({ world, changes, label }: EndsProps): React.ReactNode {
  return (
    <table className="branch-ends mono" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">value</th>
          <th scope="col">as it was</th>
          <th scope="col">in the branch</th>
        </tr>
      </thead>
      <tbody>
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <tr key={change.path.join('\u0000')}>
            <th scope="row">{withNames(world, change.path.join('').replace(/^\./, ''))}</th>
            <td>{withNames(world, change.before ?? '–')}</td>
            <td>{withNames(world, change.after ?? '–')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
