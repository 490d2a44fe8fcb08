import { useState } from 'react';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { SLOT_FIELD } from '../../commands/time.ts';

interface PlaceFieldProps {
  /** What is counted, before the number. */
  readonly word: string;
  readonly label: string;
  readonly value: number;
  readonly last: number;
  onGo(place: number): void;
}

/** Where one stands on a line, as a number that can be typed over. */
export function PlaceField({ word, label, value, last, onGo }: PlaceFieldProps): React.ReactNode {
  const { withKeys } = useKeyWords();
  const [typed, setTyped] = useState<string | null>(null);
  const go = (): void => {
    if (typed !== null && typed !== '') onGo(Number(typed));
    setTyped(null);
  };
  return (
    <label className="time-field">
      <span>{word}</span>
      <input
        id={SLOT_FIELD}
        inputMode="numeric"
        value={typed ?? String(value)}
        aria-label={label}
        title={withKeys(`Type a ${word} and press Enter`, 'time.goTo')}
        style={{ width: `${Math.max(2, String(last).length) + 1.4}ch` }}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value.replaceAll(/\D/g, ''))}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setTyped(null);
        }}
      />
      <span className="faint">/ {last.toLocaleString('en-US')}</span>
    </label>
  );
}
