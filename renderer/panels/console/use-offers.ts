import { useEffect, useRef, useState } from 'react';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { foundIn } from '../../model/console-history.ts';
import { useApp } from '../../stores/app-context.ts';
import { offersFor, type Offer } from './offers.ts';

/** What is offered for the line: names at the cursor, or lines that were typed before. */
export interface ShownOffers {
  readonly kind: 'names' | 'typed';
  readonly from: number;
  readonly list: readonly Offer[];
  /** The one that Enter takes. */
  readonly at: number;
}

/** The line after an offer was taken. */
export interface Taken {
  readonly text: string;
  readonly place: number;
}

export interface OffersModel {
  /** Null while nothing is offered. */
  readonly shown: ShownOffers | null;
  /** What a screen reader says of it. */
  readonly said: string;
  /** Offers what could stand at the cursor; one alone is `taken` at once. */
  complete(text: string, place: number, taken: (line: Taken) => void): void;
  /** Offers what was typed before and holds the words of the line. */
  search(text: string): void;
  /** The line has changed. */
  typed(text: string, place: number): void;
  move(by: number): void;
  /** The line with the offer `at`, or the one that is chosen. */
  take(text: string, place: number, at?: number): Taken | null;
  close(): void;
}

const SHOWN_MAX = 200;

/** What the console offers for its line, and which of it is chosen. */
export function useOffers(process: ProcessId): OffersModel {
  const app = useApp();
  const [shown, setShown] = useState<ShownOffers | null>(null);
  const [said, setSaid] = useState('');
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);

  const show = (next: ShownOffers | null): void => {
    setShown(next);
    setSaid(next === null ? '' : `${next.list.length} to choose from`);
  };
  const search = (text: string): void => {
    const { history } = app.console.getState().of(process);
    const list = foundIn(history, text).map((label) => ({ label, detail: '' }));
    show({ kind: 'typed', from: 0, list: list.slice(0, SHOWN_MAX), at: 0 });
  };
  const stopAsking = (): AbortController => {
    asking.current?.abort();
    asking.current = new AbortController();
    return asking.current;
  };
  return {
    shown,
    said,
    complete(text, place, taken) {
      const mine = stopAsking();
      void offersFor(app, process, text, place, mine.signal).then(({ from, list }) => {
        if (mine.signal.aborted) return;
        const [first] = list;
        if (first === undefined) {
          show(null);
          return setSaid('Nothing to complete');
        }
        if (list.length === 1) return taken(withOffer(text, from, place, first.label));
        const shared = sharedStart(list.map(({ label }) => label));
        const isLonger = shared.length > place - from && shared.toLowerCase().startsWith(text.slice(from, place).toLowerCase());
        if (isLonger) taken(withOffer(text, from, place, shared));
        show({ kind: 'names', from, list: list.slice(0, SHOWN_MAX), at: 0 });
      });
    },
    search,
    typed(text, place) {
      stopAsking();
      if (shown?.kind === 'typed') return search(text);
      if (shown === null) return;
      const word = text.slice(shown.from, place).toLowerCase();
      const list =
        place < shown.from || !/^[\w./-]*$/.test(word) ? [] : shown.list.filter(({ label }) => label.toLowerCase().startsWith(word));
      show(list.length === 0 ? null : { ...shown, list, at: 0 });
    },
    move(by) {
      if (shown === null || shown.list.length === 0) return;
      const { length } = shown.list;
      setShown({ ...shown, at: (shown.at + by + length) % length });
    },
    take(text, place, at) {
      const offer = shown?.list[at ?? shown.at];
      show(null);
      if (shown === null || offer === undefined) return null;
      return shown.kind === 'typed' ? { text: offer.label, place: offer.label.length } : withOffer(text, shown.from, place, offer.label);
    },
    close() {
      stopAsking();
      show(null);
    },
  };
}

function withOffer(text: string, from: number, place: number, label: string): Taken {
  return { text: text.slice(0, from) + label + text.slice(place), place: from + label.length };
}

function sharedStart(labels: readonly string[]): string {
  const [first = '', ...rest] = labels;
  let length = first.length;
  for (const label of rest) while (!label.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
