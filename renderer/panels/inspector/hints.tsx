import { TriangleAlert } from 'lucide-react';
import { wordsOf } from '../../model/hints.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import './handlers.css';

/** What is no error of this message and yet not what somebody meant, each with its cure. */
export function Hints({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  return row.hints.map((hint) => {
    const { message, cure } = wordsOf(world, hint);
    return (
      <div key={`${hint.code} ${hint.about}`} className="handled is-warn" role="note">
        <TriangleAlert size={15} aria-hidden />
        <div>
          <p>{message}</p>
          <p className="dim hint-cure">{cure}</p>
          <span className="inspector-code mono">{hint.code}</span>
        </div>
      </div>
    );
  });
}
