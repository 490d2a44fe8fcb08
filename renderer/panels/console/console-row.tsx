import { useMemo } from 'react';
import { ERRORS } from '../../../node/contract/errors.ts';
import { ansiParts } from '../../widgets/ansi.ts';
import { usePlace } from '../../stores/use-place.ts';
import { PlaceLink } from '../../widgets/place-link.tsx';
import type { ShownLine } from './lines.ts';

/** One entry of the console. A click moves the focus to its slot. */
export function ConsoleRow({
  line,
  isFocused,
  onFocus,
}: {
  readonly line: ShownLine;
  readonly isFocused: boolean;
  onFocus(): void;
}): React.ReactNode {
  const parts = useMemo(() => ansiParts(line.text), [line.text]);
  const place = usePlace(line.kind === 'error' ? line.text : '');
  const cure = line.code === null ? null : ERRORS[line.code].cure;
  const row = (
    <button
      type="button"
      className={`console-row ${line.kind}${isFocused ? ' focused' : ''}`}
      title={`${line.cron === null ? 'Slot' : 'Cron message before slot'} ${line.slot}: look at this moment`}
      onClick={onFocus}
    >
      <span className="console-slot">
        {line.kind === 'input' || line.kind === 'source' ? (line.cron === null ? line.slot : `<${line.slot}`) : ''}
      </span>
      <span className="console-sign" aria-hidden>
        {line.kind === 'input' ? '›' : line.kind === 'error' ? '✕' : line.kind === 'source' ? '←' : ''}
      </span>
      <span className="console-text">
        {parts.map((part, index) => {
          const classes = [part.colour ?? '', part.isBold ? 'bold' : '', part.isDim ? 'dim' : ''].filter(Boolean).join(' ');
          // Parts of one text never move among themselves.
          return classes === '' ? (
            part.text
          ) : (
            <span key={index} className={classes}>
              {part.text}
            </span>
          );
        })}
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
