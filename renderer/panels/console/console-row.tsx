import { ERRORS } from '../../../node/contract/errors.ts';
import { usePlace } from '../../stores/use-place.ts';
import { lineOf, PrintedLines } from '../../widgets/printed-lines.tsx';
import { PlaceLink } from '../../widgets/place-link.tsx';
import type { ShownLine } from './lines.ts';

/** One entry of the console. A click moves the focus to its slot, and where it is output to the line that printed it. */
export function ConsoleRow({
  line,
  isFocused,
  onFocus,
}: {
  readonly line: ShownLine;
  readonly isFocused: boolean;
  /** @param at the line of its text that was pressed, from 0. */
  onFocus(at: number): void;
}): React.ReactNode {
  const place = usePlace(line.kind === 'error' ? line.text : '');
  const cure = line.code === null ? null : ERRORS[line.code].cure;
  const row = (
    <button
      type="button"
      className={`console-row ${line.kind}${isFocused ? ' focused' : ''}`}
      title={`${line.cron === null ? 'Slot' : 'Cron message before slot'} ${line.slot}: ${line.kind === 'output' ? 'look at the line that printed it' : 'look at this moment'}`}
      onClick={(event) => onFocus(lineOf(event))}
    >
      <span className="console-slot">
        {line.kind === 'input' || line.kind === 'source' ? (line.cron === null ? line.slot : `<${line.slot}`) : ''}
      </span>
      <span className="console-sign" aria-hidden>
        {line.kind === 'input' ? '›' : line.kind === 'error' ? '✕' : line.kind === 'source' ? '←' : ''}
      </span>
      <span className="console-text">
        <PrintedLines text={line.text} />
        {cure !== null && (
          <span className="console-cure">
            {cure} {line.code}
          </span>
        )}
      </span>
    </button>
  );
  if (place === null) return row;
  return (
    <>
      {row}
      <div className="console-place">
        <PlaceLink place={place} />
      </div>
    </>
  );
}
