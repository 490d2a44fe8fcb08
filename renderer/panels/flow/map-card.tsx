import { Filter, X } from 'lucide-react';
import { useMemo } from 'react';
import type { MessageRow } from '../../model/rows.ts';
import { isOnRoute, type Party, type Route, type Traffic } from '../../model/traffic.ts';
import type { World } from '../../model/world.ts';
import { Button } from '../../widgets/button.tsx';
import { count, messages } from './words.ts';

const ACTIONS_SHOWN = 4;

interface RouteCardProps {
  readonly world: World;
  readonly rows: readonly MessageRow[];
  readonly route: Route;
  readonly traffic: Traffic;
  onPick(row: MessageRow): void;
  /** Shows only the messages of this route, in every view. */
  onFilter(): void;
}

/** What is known of the route that was picked, and where to go from there. */
export function RouteCard({ world, rows, route, traffic, onPick, onFilter }: RouteCardProps): React.ReactNode {
  const { lastError } = route;
  const [from, to] = [route.from, route.to].map((end) => traffic.parties.find(({ id }) => id === end)?.name ?? '?');
  return (
    <div className="flow-map-card" role="group" aria-label={`From ${from} to ${to}`}>
      <b>
        {from} → {to}
      </b>
      <span>{messages(route.count)}</span>
      <Actions world={world} rows={rows} route={route} />
      <span className="flow-map-card-tools">
        <Button look="quiet" isSmall onClick={() => onPick(route.last)}>
          Newest
        </Button>
        {lastError !== null && (
          <Button look="quiet" isSmall className="flow-map-errors" onClick={() => onPick(lastError)}>
            Newest of {count(route.errors)} {route.errors === 1 ? 'error' : 'errors'}
          </Button>
        )}
        <Button look="quiet" isSmall onClick={onFilter}>
          <Filter size={11} aria-hidden /> Only these
        </Button>
      </span>
    </div>
  );
}

function Actions({ world, rows, route }: Pick<RouteCardProps, 'world' | 'rows' | 'route'>): React.ReactNode {
  const actions = useMemo(() => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      if (!isOnRoute(world, route, row)) continue;
      const action = row.type === 'Process' ? 'spawn' : (row.action ?? 'no action');
      counts.set(action, (counts.get(action) ?? 0) + 1);
    }
    return [...counts].toSorted(([, a], [, b]) => b - a);
  }, [world, rows, route]);
  const more = actions.length - ACTIONS_SHOWN;
  return (
    <span className="dim">
      {actions
        .slice(0, ACTIONS_SHOWN)
        .map(([action, number]) => `${action} ×${count(number)}`)
        .join(', ')}
      {more > 0 && `, ${more} more`}
    </span>
  );
}

interface PartyCardProps {
  readonly party: Party;
  readonly isOnly: boolean;
  onOnly(): void;
  onClose(): void;
}

const WORDS: Readonly<Partial<Record<Party['kind'], string>>> = {
  cron: 'wakes processes by their Cron tags',
  gateway: 'keeps what is sent to a wallet that has never sent anything, or to a process that is not here',
  nowhere: 'what was refused or dropped, and never came to anybody',
};

/** What is known of one who takes part. */
export function PartyCard({ party, isOnly, onOnly, onClose }: PartyCardProps): React.ReactNode {
  const words = WORDS[party.kind];
  return (
    <div className="flow-map-card" role="group" aria-label={party.name}>
      <b>{party.name}</b>
      {words !== undefined && <span className="dim">{words}</span>}
      <span>
        got {count(party.got)}, sent {count(party.sent)}
        {party.errors > 0 && (
          <span className="flow-map-errors">
            , {count(party.errors)} {party.errors === 1 ? 'error' : 'errors'}
          </span>
        )}
      </span>
      <span className="flow-map-card-tools">
        {party.kind === 'process' && (
          <Button look="quiet" isSmall aria-pressed={isOnly} onClick={onOnly}>
            <Filter size={11} aria-hidden /> {isOnly ? 'Show all' : 'Only what talks with it'}
          </Button>
        )}
        <Button look="quiet" isSmall isIcon label="Close" onClick={onClose}>
          <X size={12} />
        </Button>
      </span>
    </div>
  );
}
