import { useState } from 'react';
import { filterEntries } from '../../commands/use-as-filter.ts';
import { partyTerm } from '../../model/filter-edit.ts';
import { nameOf } from '../../model/lookup.ts';
import type { Route } from '../../model/traffic.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { ContextMenu, type MenuEntry } from '../../widgets/menu.tsx';
import type { MapPick } from './map-stage.tsx';
import { targetOf } from './use-map-pointer.ts';

interface MapMenuPorts {
  readonly world: World;
  readonly picked: MapPick | null;
  routeAt(key: string): Route | undefined;
  onFilter(route: Route): void;
  onLook(route: Route): void;
}

/** The menu of a party or a route, at the pointer, or by key for what is picked. */
export function useMapMenu({ world, picked, routeAt, onFilter, onLook }: MapMenuPorts): {
  readonly menu: React.ReactNode;
  ask(event: React.MouseEvent): void;
} {
  const app = useApp();
  const [asked, setAsked] = useState<{ readonly pick: MapPick; readonly at: { readonly x: number; readonly y: number } } | null>(null);
  const entriesOf = ({ kind, id }: MapPick): readonly MenuEntry[] => {
    if (kind === 'route') {
      const route = routeAt(id);
      if (route === undefined) return [];
      return [
        { id: 'filter', title: 'Show only these messages', run: () => onFilter(route) },
        { id: 'look', title: 'Look at the latest of them', run: () => onLook(route) },
      ];
    }
    const process = world.processById.get(id)?.id;
    if (process === undefined) return [];
    const name = nameOf(world, process);
    return [
      ...filterEntries(app, { term: partyTerm(world, 'process', process), words: `what talked with ${name}` }),
      { id: 'hide', title: `Hide ${name}: draw through it`, run: () => app.flow.getState().hide(process) },
      { id: 'console', title: 'Open console', run: () => void app.commands.run('process.console', process) },
    ];
  };
  const ask = (event: React.MouseEvent): void => {
    const target = targetOf(event.target);
    const pick: MapPick | null = target.kind === 'ground' ? picked : { kind: target.kind, id: target.id };
    event.preventDefault();
    // From the keyboard there is no place of a pointer.
    const box = event.currentTarget.getBoundingClientRect();
    const isPointed = event.clientX > 0 || event.clientY > 0;
    if ((isPointed && target.kind === 'ground') || pick === null || entriesOf(pick).length === 0) return;
    setAsked({ pick, at: isPointed ? { x: event.clientX, y: event.clientY } : { x: box.left + 16, y: box.top + 16 } });
  };
  const menu = asked !== null && (
    <ContextMenu label="Actions on the map" at={asked.at} entries={[...entriesOf(asked.pick)]} onClose={() => setAsked(null)} />
  );
  return { menu, ask };
}
