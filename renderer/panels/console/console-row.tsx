import { memo } from 'react';
import { usePlace } from '../../stores/use-place.ts';
import { lineOf, PrintedLines } from '../../widgets/printed-lines.tsx';
import { PlaceLink } from '../../widgets/place-link.tsx';
import type { ShownLine } from './lines.ts';

const SIGNS: Readonly<Record<ShownLine['kind'], string>> = { input: '›', error: '✕', source: '←', note: '·', output: '', waiting: '' };

interface ConsoleRowProps {
  readonly line: ShownLine;
  readonly isFocused: boolean;
  /** After the moment that is looked at. */
  readonly isLater: boolean;
  /** @param at the line of its text that was pressed, from 0. */
  onFocus(line: ShownLine, at: number): void;
}

/** One entry of the console. A click moves the focus to its slot, and where it is output to the line that printed it. */
export const ConsoleRow = memo(function ConsoleRow({ line, isFocused, isLater, onFocus }: ConsoleRowProps): React.ReactNode {
  const place = usePlace(line.kind === 'error' ? line.text : '');
  const classes = `console-row ${line.kind}${isFocused ? ' focused' : ''}${isLater ? ' later' : ''}${line.isDry ? ' dry' : ''}`;
  const content = (
    <>
      <span className="console-slot">
        {line.isDry && line.kind === 'input' ? 'dry' : null}
        {line.slot !== null && (line.kind === 'input' || line.kind === 'source') && (line.cron === null ? line.slot : `<${line.slot}`)}
      </span>
      <span className="console-sign" aria-hidden>
        {SIGNS[line.kind]}
      </span>
      <span className="console-text">
        <PrintedLines text={line.text} />
        {line.cure !== null && (
          <span className="console-cure">
            {line.cure} {line.code}
          </span>
        )}
      </span>
    </>
  );
  if (line.slot === null) return <div className={classes}>{content}</div>;
  const row = (
    <button
      type="button"
      className={classes}
      title={`${line.cron === null ? 'Slot' : 'Cron message before slot'} ${line.slot}: ${line.kind === 'output' ? 'look at the line that printed it' : 'look at this moment'}`}
      onClick={(event) => onFocus(line, lineOf(event))}
    >
      {content}
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
});
