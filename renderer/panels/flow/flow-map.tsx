import { List, Shuffle } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { OUTSIDE } from '../../model/filter-keys.ts';
import type { MessageRow } from '../../model/rows.ts';
import { PARTIES_MAX, routeKeyOf, tallyOf, trafficOf, type Route, type Traffic } from '../../model/traffic.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import type { CanvasActions } from './flow-canvas.tsx';
import { PartyCard, RouteCard } from './map-card.tsx';
import { nearOnMap, type NearOnMap } from './map-crowd.ts';
import { MapList } from './map-list.tsx';
import { MapStage, type MapPick } from './map-stage.tsx';
import { useMapMenu } from './map-menu.tsx';
import { useMapPlaces } from './use-map-places.ts';
import { usePaced } from './use-paced.ts';
import { count, describe } from './words.ts';
import './flow-map.css';

interface FlowMapProps {
  readonly ref: React.Ref<CanvasActions>;
  readonly world: World;
  /** What the filter leaves. */
  readonly rows: readonly MessageRow[];
  readonly focus: MessageRow | null;
  readonly isPinned: boolean;
  readonly lit: ReadonlySet<MessageRow> | null;
  onPick(row: MessageRow): void;
  onKey(event: React.KeyboardEvent): void;
}

/** Who talks with whom: everybody at a place of their own, with an arrow to each whom they sent anything. */
export function FlowMap(props: FlowMapProps): React.ReactNode {
  const { ref, world, rows, focus, isPinned, lit, onPick, onKey } = props;
  const app = useApp();
  const { only, onFilter, onOnly } = useOnly();
  const main = useRef<HTMLDivElement>(null);
  const pinned = isPinned ? focus : null;
  const traffic = useTraffic(props, pinned);
  const { places, isBusy } = useMapPlaces(traffic, main);
  const [pickedLast, setPicked] = useState<(MapPick & { readonly at: MessageRow | null }) | null>(null);
  const [isListed, setListed] = useState(false);

  const focusKey = routeKeyOf(world, traffic, pinned);
  // Whoever moves the focus elsewhere looks there, no longer at what was picked here.
  const isHeld = pickedLast?.kind === 'route' ? pickedLast.id === focusKey : pickedLast?.at === pinned;
  const picked = isHeld ? pickedLast : null;
  const litKeys = useMemo(() => new Set([...(lit ?? [])].map((row) => routeKeyOf(world, traffic, row))), [world, traffic, lit]);
  const routeAt = (key: string): Route | undefined => traffic.routes.find((one) => one.key === key);
  const pick = (next: MapPick | null): void => {
    const process = next?.kind === 'party' && world.processById.has(next.id) ? (next.id as ProcessId) : null;
    setPicked(next === null ? null : { ...next, at: process === null ? pinned : null });
    if (next === null) return;
    if (process !== null) app.focus.getState().setFocus({ process });
    const route = next.kind === 'route' ? routeAt(next.id) : undefined;
    if (route !== undefined) onPick(route.last);
  };
  const open = (target: MapPick): void => {
    const route = target.kind === 'route' ? routeAt(target.id) : undefined;
    if (route !== undefined) filterTo(route);
    else if (world.processById.has(target.id)) onOnly(only === target.id ? null : target.id);
  };
  const filterTo = (route: Route): void => onFilter(filterFor(world, route));
  const focusParty = isPinned ? null : (focus?.to ?? null);
  const near = useNear(traffic, picked, focusParty, focusKey, litKeys);
  const shownRoute = routeAt(picked?.kind === 'route' ? picked.id : picked === null ? (focusKey ?? '') : '');
  const shownParty = picked?.kind === 'party' ? traffic.parties.find(({ id }) => id === picked.id) : undefined;
  const { menu, ask } = useMapMenu({ world, picked, routeAt, onFilter: filterTo, onLook: (route) => onPick(route.last) });
  return (
    <div className="flow-map">
      <div ref={main} className="flow-map-main" onContextMenu={ask}>
        <MapStage
          ref={ref}
          traffic={traffic}
          places={places}
          world={world}
          picked={picked}
          focusKey={focusKey}
          focusParty={focusParty}
          litKeys={lit === null ? null : litKeys}
          near={near}
          only={only}
          said={useSaid(world, focus)}
          onPick={pick}
          onOpen={open}
          onKey={onKey}
        />
        {isListed && (
          <MapList
            traffic={traffic}
            picked={picked?.kind === 'route' ? picked.id : focusKey}
            onPick={(route) => pick({ kind: 'route', id: route.key })}
            onOpen={(route) => onPick(route.last)}
            onKey={onKey}
          />
        )}
      </div>
      {shownParty !== undefined && (
        <PartyCard
          party={shownParty}
          isOnly={only === shownParty.id}
          onOnly={() => onOnly(only === shownParty.id ? null : shownParty.id)}
          onClose={() => setPicked(null)}
        />
      )}
      {shownRoute !== undefined && (
        <RouteCard world={world} rows={rows} route={shownRoute} traffic={traffic} onPick={onPick} onFilter={() => filterTo(shownRoute)} />
      )}
      <Foot traffic={traffic} near={near} isBusy={isBusy} isListed={isListed} onListed={setListed} />
      {menu}
    </div>
  );
}

/** The process that the filter leaves alone with its partners, and the way to such a filter. */
function useOnly(): { readonly only: string | null; onFilter(words: string): void; onOnly(process: string | null): void } {
  const app = useApp();
  const text = useStore(app.flow, (state) => state.filter.text);
  const onFilter = (words: string): void => {
    app.flow.getState().setText(words);
    app.flow.getState().setNarrow(true);
  };
  return { only: ONLY.exec(text)?.[1] ?? null, onFilter, onOnly: (process) => onFilter(process === null ? '' : `with:${process}`) };
}

/** What stands out: who talks with the one looked at, or where the messages in focus went. */
function useNear(
  traffic: Traffic,
  picked: MapPick | null,
  focusParty: string | null,
  focusKey: string | null,
  litKeys: ReadonlySet<string | null>,
): NearOnMap | null {
  const party = picked?.kind === 'party' ? picked.id : focusParty;
  const pickedKey = picked?.kind === 'route' ? picked.id : null;
  return useMemo(
    () => nearOnMap(traffic, { party, routes: new Set([...litKeys, focusKey, pickedKey]) }),
    [traffic, party, litKeys, focusKey, pickedKey],
  );
}

/** The message in focus in one sentence; '' for none. */
function useSaid(world: World, focus: MessageRow | null): string {
  const own = useOwnWallets();
  return focus === null ? '' : describe(world, focus, own);
}

interface FootProps {
  readonly traffic: Traffic;
  readonly near: NearOnMap | null;
  readonly isBusy: boolean;
  readonly isListed: boolean;
  onListed(isListed: boolean): void;
}

function Foot({ traffic, near, isBusy, isListed, onListed }: FootProps): React.ReactNode {
  const app = useApp();
  return (
    <div className="flow-map-foot">
      <span role="status" className={isPart(traffic) ? 'is-part' : ''}>
        {isBusy ? 'Finding a place for everybody …' : `${extentOf(traffic)}${nearWords(near)}`}
      </span>
      <Button look="quiet" isSmall label="Arrange anew" onClick={() => app.map.getState().forget()}>
        <Shuffle size={12} aria-hidden /> <span className="flow-map-words">Arrange anew</span>
      </Button>
      <Button
        look="quiet"
        isSmall
        label={isListed ? 'Hide the list' : 'As a list'}
        aria-pressed={isListed}
        onClick={() => onListed(!isListed)}
      >
        <List size={12} aria-hidden /> <span className="flow-map-words">{isListed ? 'Hide the list' : 'As a list'}</span>
      </Button>
    </div>
  );
}

/** Who sends to whom, as far as it is shown: added up as often as that allows. */
function useTraffic({ world, rows }: FlowMapProps, pinned: MessageRow | null): Traffic {
  const app = useApp();
  const own = useOwnWallets();
  const filter = useStore(app.flow, (state) => state.filter.text);
  const isNarrow = useStore(app.flow, (state) => state.isNarrow);
  const tally = usePaced(world, `${filter} ${isNarrow} ${own.development} ${[...own.names].join()}`, () => tallyOf(world, rows, own));
  return useMemo(() => trafficOf(world, tally, pinned), [world, tally, pinned]);
}

/** Are some left out? */
function isPart({ parties, routes, partiesInAll, routesInAll }: Traffic): boolean {
  return partiesInAll > parties.length || routesInAll > routes.length;
}

/** What part of the traffic is drawn. */
function extentOf({ parties, routes, partiesInAll, routesInAll }: Traffic): string {
  if (partiesInAll > parties.length)
    return `The busiest ${count(PARTIES_MAX)} of ${count(partiesInAll)} who take part, and ${count(routes.length)} of ${count(routesInAll)} routes. Filter to see others.`;
  if (routesInAll > routes.length) return `The busiest ${count(routes.length)} of ${count(routesInAll)} routes. Filter to see others.`;
  return `${count(parties.length)} take part, ${count(routes.length)} ${routes.length === 1 ? 'route' : 'routes'}`;
}

/** That most of it stands back, and how to bring out the rest. */
function nearWords(near: NearOnMap | null): string {
  if (near === null) return '';
  const out = near.routes.size === 0 ? '' : ` ${count(near.routes.size)} of them ${near.routes.size === 1 ? 'stands' : 'stand'} out:`;
  return `.${out === '' ? '' : out + ' those of what is looked at.'} Click somebody to see theirs.`;
}

/** The words that leave the messages of one route. */
function filterFor(world: World, { from, to }: Route): string {
  const name = (id: string): string => (world.processById.has(id) || id.length === ID_LENGTH ? id : OUTSIDE);
  if (from === to) return `from:${name(from)} to:${name(to)}`;
  return from === 'cron' ? `to:${name(to)} action:cron` : `from:${name(from)} to:${name(to)}`;
}

const ID_LENGTH = 43;
/** The filter that leaves what one process talked about. */
const ONLY = /^with:(\S{43})$/;
