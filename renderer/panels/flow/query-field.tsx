import { Search, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { SeenText } from '../../../node/contract/log-find.ts';
import { FILTER_FIELD } from '../../commands/flow.ts';
import type { Filter } from '../../model/filter.ts';
import type { Problem } from '../../model/filter-syntax.ts';
import { offersAt, seenIn, tagWishAt, type Offer, type Seen } from '../../model/filter-offers.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Beside } from '../../widgets/beside.tsx';
import { count } from './words.ts';

const LIST = 'flow-filter-offers';
const PROBLEM = 'flow-filter-problem';
const NOTHING_SEEN: Seen = { parties: [], actions: [], statuses: new Map(), types: new Map() };
const TAGS_MAX = 40;

/** Where messages are looked for: a line of text with what may come next below it. */
export function QueryField({ onLeave }: { onLeave(): void }): React.ReactNode {
  const app = useApp();
  const filter = useStore(app.flow, (state) => state.filter);
  const { setText, used, toHit } = app.flow.getState();
  const own = useOwnWallets();
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const cameFrom = useRef<Element | null>(null);
  const wantedCaret = useRef<number | null>(null);
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [seen, setSeen] = useState(NOTHING_SEEN);
  const tags = useTags(filter, caret, isOpen);
  const { span, offers } = useMemo(() => offersAt(filter, caret, seen, tags), [filter, caret, seen, tags]);
  const problem = filter.problems[0] ?? null;
  const isShown = isOpen && (offers.length > 0 || problem !== null);

  useLayoutEffect(() => {
    if (wantedCaret.current === null) return;
    input.current?.setSelectionRange(wantedCaret.current, wantedCaret.current);
    wantedCaret.current = null;
  }, [filter]);
  const open = (): void => {
    if (!isOpen) setSeen(seenIn(app.world.getState().world, own));
    setOpen(true);
    setActive(-1);
  };
  const accept = (offer: Offer): void => {
    const rest = filter.text.slice(span.to).trimStart();
    const before = filter.text.slice(0, span.from) + offer.insert + (offer.isOpen ? '' : ' ');
    wantedCaret.current = before.length;
    setText(before + rest);
    setCaret(before.length);
    setActive(-1);
    setOpen(offer.isOpen);
  };
  const leave = (): void => {
    used();
    const { current } = cameFrom;
    if (current instanceof HTMLElement && current.isConnected && current !== document.body) current.focus();
    else onLeave();
  };
  const keys = (shift: boolean): Readonly<Record<string, (() => void) | undefined>> => ({
    ArrowDown: () => (isShown ? setActive((active + 1) % offers.length) : open()),
    ArrowUp: () => (isShown ? setActive(active <= 0 ? offers.length - 1 : active - 1) : open()),
    Enter() {
      const offer = isShown ? offers[active] : undefined;
      if (offer !== undefined) return accept(offer);
      setOpen(false);
      used();
      toHit(shift ? -1 : 1);
    },
    Escape: () => (isShown ? setOpen(false) : leave()),
    ...(isShown && offers[active] !== undefined ? { Tab: () => offers[active] !== undefined && accept(offers[active]) } : {}),
  });
  return (
    <div ref={box} className={`flow-query${problem === null ? '' : ' is-wrong'}`}>
      <Search size={13} aria-hidden />
      <div className="flow-query-line">
        <Squiggles filter={filter} input={input} />
        <input
          ref={input}
          id={FILTER_FIELD}
          role="combobox"
          value={filter.text}
          spellCheck={false}
          autoComplete="off"
          aria-label="Filter messages"
          aria-expanded={isShown}
          aria-controls={LIST}
          aria-autocomplete="list"
          aria-activedescendant={isShown && offers[active] !== undefined ? `${LIST}-${active}` : undefined}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : PROBLEM}
          placeholder="to:token action:Transfer slot:>900 error"
          onChange={({ target }) => {
            open();
            setCaret(target.selectionStart ?? target.value.length);
            setText(target.value);
          }}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
          onFocus={({ relatedTarget }) => {
            cameFrom.current = relatedTarget;
            open();
          }}
          onClick={open}
          onBlur={() => {
            setOpen(false);
            used();
          }}
          onKeyDown={(event) => {
            const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys(event.shiftKey)[event.key];
            if (run === undefined) return;
            event.preventDefault();
            event.stopPropagation();
            run();
          }}
        />
      </div>
      {filter.text !== '' && <ClearButton input={input} />}
      <span id={PROBLEM} className="hidden-text">
        {problem?.sentence}
      </span>
      {isShown && <Below box={box} filter={filter} offers={offers} active={active} onAccept={accept} />}
    </div>
  );
}

function ClearButton({ input }: { readonly input: React.RefObject<HTMLInputElement | null> }): React.ReactNode {
  const app = useApp();
  const clear = (): void => {
    app.flow.getState().setText('');
    input.current?.focus();
  };
  return (
    <button type="button" className="flow-query-clear" aria-label="Clear the filter" onClick={clear}>
      <X size={12} />
    </button>
  );
}

/** Room for the longest list. */
const ROOM_PX = 260;
const NARROWEST_PX = 340;

interface BelowProps {
  readonly box: React.RefObject<HTMLDivElement | null>;
  readonly filter: Filter;
  readonly offers: readonly Offer[];
  readonly active: number;
  onAccept(offer: Offer): void;
}

/** What is wrong, and what may come next, below the field. */
function Below({ box, filter, offers, active, onAccept }: BelowProps): React.ReactNode {
  const problem = filter.problems[0] ?? null;
  return (
    <Beside box={box} className="flow-offers" leastWidthPx={NARROWEST_PX} heightPx={ROOM_PX}>
      {problem !== null && <ProblemLine problem={problem} text={filter.text} />}
      <Offers offers={offers} active={active} onAccept={onAccept} />
    </Beside>
  );
}

function Offers({
  offers,
  active,
  onAccept,
}: {
  readonly offers: readonly Offer[];
  readonly active: number;
  onAccept(offer: Offer): void;
}): React.ReactNode {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    void list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul ref={list} id={LIST} role="listbox" aria-label="What may come next" className="flow-offers-list" hidden={offers.length === 0}>
      {offers.map((offer, index) => (
        <li
          key={offer.insert}
          id={`${LIST}-${index}`}
          role="option"
          aria-selected={index === active}
          className={`flow-offer${index === active ? ' is-active' : ''}`}
          onClick={() => onAccept(offer)}
        >
          <span className="flow-offer-title mono">{offer.title}</span>
          <span className="flow-offer-words">{offer.count === null ? offer.words : count(offer.count)}</span>
        </li>
      ))}
    </ul>
  );
}

function ProblemLine({ problem, text }: { readonly problem: Problem; readonly text: string }): React.ReactNode {
  return (
    <p className="flow-offers-problem">
      <code className="mono">{text.slice(problem.from, problem.to)}</code> {problem.sentence}
    </p>
  );
}

/** A wavy line below what is wrong, drawn under the text of the field. */
function Squiggles({
  filter,
  input,
}: {
  readonly filter: Filter;
  readonly input: React.RefObject<HTMLInputElement | null>;
}): React.ReactNode {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const field = input.current;
    if (field === null) return;
    const follow = (): void => line.current?.style.setProperty('transform', `translateX(${-field.scrollLeft}px)`);
    follow();
    field.addEventListener('scroll', follow);
    return () => field.removeEventListener('scroll', follow);
  }, [input, filter]);
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const { from, to } of filter.problems) {
    if (from < at) continue;
    parts.push(filter.text.slice(at, from), <u key={from}>{filter.text.slice(from, to)}</u>);
    at = to;
  }
  return (
    <div className="flow-query-marks" aria-hidden>
      <div ref={line}>{parts}</div>
    </div>
  );
}

/** Tags of the log that fit what is being typed; none while that is no tag. */
function useTags(filter: Filter, caret: number, isOpen: boolean): readonly SeenText[] {
  const { link } = useApp();
  const wish = isOpen ? tagWishAt(filter, caret) : null;
  const key = wish === null ? null : JSON.stringify(wish);
  const [got, setGot] = useState<{ readonly key: string; readonly seen: readonly SeenText[] } | null>(null);
  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    const { name, part } = JSON.parse(key) as { readonly name: string | null; readonly part: string };
    link.ask('su.tags', { name, part, limit: TAGS_MAX }, stop.signal).then(
      ({ seen }) => setGot({ key, seen }),
      // Where the scheduler is another one that counts no tags, they are typed without a list.
      () => setGot({ key, seen: [] }),
    );
    return () => stop.abort();
  }, [link, key]);
  return useMemo(() => (got !== null && key !== null ? got.seen : []), [got, key]);
}
