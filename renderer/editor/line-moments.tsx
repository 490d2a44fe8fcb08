import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { HistoryHit } from '../../node/contract/recording.ts';
import { goToHit } from '../commands/hits.ts';
import { showLine } from '../commands/inside.ts';
import { search } from '../model/search.ts';
import { momentsOf } from '../model/value-history.ts';
import type { App } from '../stores/app-context.ts';
import { useApp } from '../stores/app-context.ts';
import { ContextMenu, type MenuEntry } from '../widgets/menu.tsx';
import { monaco } from './monaco.ts';

/** Hits of a line that are looked for, and slots that are listed. */
const HITS_MAX = 200;
const SLOTS_SHOWN = 20;

type Asked = NonNullable<ReturnType<App['hits']['getState']>['lineAsked']>;

interface Found {
  readonly asked: Asked;
  readonly hits: readonly HistoryHit[];
  readonly isDone: boolean;
}
const NOTHING: Omit<Found, 'asked'> = { hits: [], isDone: false };

/** The slots in which a line ran, as a menu beside it: each leads there. Asked for with Alt and a click on its number, or by a command. */
export function LineMoments(props: {
  readonly editor: monaco.editor.IStandaloneCodeEditor | null;
  readonly path: string;
}): React.ReactNode {
  const { editor, path } = props;
  const app = useApp();
  const process = useStore(app.focus, (state) => state.focus.process);
  const asked = useStore(app.hits, (state) => (state.lineAsked?.path === path ? state.lineAsked : null));
  const [found, setFound] = useState<Found | null>(null);

  useEffect(() => {
    if (editor === null) return;
    const listening = editor.onMouseDown(({ target, event }) => {
      if (target.type !== monaco.editor.MouseTargetType.GUTTER_LINE_NUMBERS || target.position === null) return;
      if (!event.altKey && !event.rightButton) return;
      app.hits.getState().askLine({ path, line: target.position.lineNumber, at: { x: event.posx, y: event.posy } });
    });
    return () => listening.dispose();
  }, [app, editor, path]);

  useEffect(() => {
    if (asked === null || process === null) return;
    const stop = new AbortController();
    lookUp(app, process, path, asked.line, stop.signal, (hits, isDone) => setFound({ asked, hits, isDone })).catch(() => {
      // Nothing is listed where nothing can be found; why is told where one steps.
      if (!stop.signal.aborted) setFound({ asked, hits: [], isDone: true });
    });
    return () => stop.abort();
  }, [app, process, path, asked]);

  if (asked === null || process === null) return null;
  const { hits, isDone } = found?.asked === asked ? found : NOTHING;
  // The keys go to its first entry, so there must be one.
  if (hits.length === 0 && !isDone) return null;
  const moments = momentsOf(hits);
  const entries: MenuEntry[] = moments.slice(0, SLOTS_SHOWN).map(({ first, times }) => ({
    id: `${first.slot} ${first.tick ?? ''}`,
    title: `slot ${first.slot}${first.tick === null ? '' : ` · cron ${first.tick + 1}`}`,
    keys: times === 1 ? 'once' : `${times} times`,
    run: () => void goTo(app, first),
  }));
  const rest =
    moments.length > SLOTS_SHOWN || hits.length >= HITS_MAX
      ? 'and older ones: set a breakpoint, then Hits lists them'
      : !isDone
        ? 'Looking…'
        : moments.length === 0
          ? `No slot ran line ${asked.line}`
          : null;
  if (rest !== null) entries.push({ id: 'rest', title: rest, isDisabled: true, run: () => undefined });
  const close = (): void => app.hits.getState().askLine(null);
  return (
    <ContextMenu
      label={`Slots that ran line ${asked.line}`}
      at={asked.at ?? placeOf(editor, asked.line)}
      entries={entries}
      onClose={close}
    />
  );
}

/** Below the beginning of a line, in client pixels. */
function placeOf(editor: monaco.editor.IStandaloneCodeEditor | null, line: number): { readonly x: number; readonly y: number } {
  const at = editor?.getScrolledVisiblePosition({ lineNumber: line, column: 1 });
  const box = editor?.getDomNode()?.getBoundingClientRect();
  return { x: (box?.left ?? 0) + (at?.left ?? 0), y: (box?.top ?? 0) + (at?.top ?? 0) + (at?.height ?? 0) };
}

async function goTo(app: App, hit: HistoryHit): Promise<void> {
  await goToHit(app, hit);
  await app.inside.getState().arrive();
  showLine(app);
}

/** @throws AoError as cu.places and cu.search. */
async function lookUp(
  app: App,
  process: ProcessId,
  path: string,
  line: number,
  signal: AbortSignal,
  onFound: (hits: readonly HistoryHit[], isDone: boolean) => void,
): Promise<void> {
  const latest = app.world.getState().world.processById.get(process)?.evaluatedTo ?? -1;
  const { places } = await app.link.ask('cu.places', { process, file: path, line }, signal);
  const distinct = places.filter(
    (one, index) => places.findIndex((other) => other.chunk === one.chunk && other.line === one.line) === index,
  );
  const hits: HistoryHit[] = [];
  for (const { chunk, line: at } of latest < 0 ? [] : distinct) {
    const query = { kind: 'line', chunk, line: at, condition: null, log: null } as const;
    const wish = { process, query, from: toSlot(latest), direction: 'backwards', limit: HITS_MAX } as const;
    const ask: Parameters<typeof search>[0] = (args, stop) => app.link.ask('cu.search', args, stop);
    const done = await search(ask, wish, signal, (state) => onFound([...hits, ...state.hits], false));
    hits.push(...done.hits);
  }
  if (!signal.aborted)
    onFound(
      hits.toSorted((a, b) => b.slot - a.slot),
      true,
    );
}
