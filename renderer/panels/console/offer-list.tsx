import { useEffect, useRef } from 'react';
import type { ShownOffers } from './use-offers.ts';

export const OFFERS_ID = 'console-offers';

export function offerId(at: number): string {
  return `${OFFERS_ID}-${at}`;
}

/** What is offered, above the line. The keyboard stays in the line. */
export function OfferList({ shown, onTake }: { readonly shown: ShownOffers; onTake(at: number): void }): React.ReactNode {
  const chosen = useRef<HTMLLIElement>(null);
  useEffect(() => {
    void chosen.current?.scrollIntoView({ block: 'nearest' });
  }, [shown.at]);
  return (
    // Whatever is pressed here, the line keeps the keyboard, also while its bar is dragged.
    <div className="console-offers" role="presentation" onMouseDown={(event) => event.preventDefault()}>
      <ul
        id={OFFERS_ID}
        role="listbox"
        tabIndex={0}
        aria-label={shown.kind === 'typed' ? 'What was typed before' : 'Names that could stand here'}
      >
        {shown.list.map(({ label, detail }, at) => (
          <li
            key={label}
            ref={at === shown.at ? chosen : null}
            id={offerId(at)}
            role="option"
            aria-selected={at === shown.at}
            onClick={() => onTake(at)}
          >
            <span className="console-offer">{label.replaceAll('\n', ' ⏎ ')}</span>
            <span className="console-offer-detail">{detail}</span>
          </li>
        ))}
      </ul>
      {shown.list.length === 0 && <p>Nothing that was typed here holds these words.</p>}
      <p className="console-offers-keys">
        {shown.kind === 'typed' ? 'Type to search · ' : ''}↑ ↓ choose · Enter takes it · Esc leaves the line as it is
      </p>
    </div>
  );
}
