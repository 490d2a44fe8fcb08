import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { AoError } from '../../../node/contract/errors.ts';
import type { Traffic } from '../../model/traffic.ts';
import { useApp } from '../../stores/app-context.ts';
import type { MapPlaces } from '../../stores/map-store.ts';
import type { MapAnswer, MapWish } from './map-layout.ts';
import LayoutWorker from './map-worker.ts?worker';

/** Those who are not shown just now keep their room on the map, up to so many. */
const OTHERS_MAX = 300;
const NO_PLACES: MapPlaces = new Map();

/** Where everybody stands. Whoever has no place yet is given one by the worker; nobody else moves for it. */
export function useMapPlaces(
  traffic: Traffic,
  box: React.RefObject<HTMLElement | null>,
): { readonly places: MapPlaces; readonly isBusy: boolean } {
  const app = useApp();
  const places = useStore(app.map, (state) => state.places);
  const worker = useRef<Worker | null>(null);
  /** One question at a time; none where the worker cannot be had. */
  const isAsking = useRef(false);

  useEffect(() => {
    const made = new LayoutWorker();
    worker.current = made;
    made.addEventListener('message', ({ data }: MessageEvent<MapAnswer>) => {
      isAsking.current = false;
      const known = app.map.getState().places;
      if (known !== null) app.map.getState().put(new Map(data.flatMap(([id, x, y]) => (known.has(id) ? [] : [[id, { x, y }]]))));
    });
    made.addEventListener('error', ({ message }) => {
      app.ui.getState().fail(new AoError('UNEXPECTED', { reason: message || 'the worker that lays the map out did not start' }));
    });
    return () => {
      made.terminate();
      worker.current = null;
    };
  }, [app]);

  useEffect(() => {
    if (places === null || isAsking.current) return;
    const wish = wishOf(traffic, places, box.current);
    if (wish.missing.length === 0) return;
    isAsking.current = true;
    worker.current?.postMessage(wish);
  }, [traffic, places, box]);
  return { places: places ?? NO_PLACES, isBusy: places === null || traffic.parties.some(({ id }) => !places.has(id)) };
}

function wishOf({ parties, routes }: Traffic, places: MapPlaces, box: HTMLElement | null): MapWish {
  const shown = new Set(parties.map(({ id }) => id));
  const others = [...places].filter(([id]) => !shown.has(id)).slice(-OTHERS_MAX);
  const placed = [...places].filter(([id]) => shown.has(id));
  return {
    placed: [...placed, ...others].map(([id, { x, y }]) => [id, x, y]),
    missing: parties.flatMap(({ id }) => (places.has(id) ? [] : [id])),
    routes: routes.map(({ from, to }) => [from, to]),
    aspect: box === null || box.clientHeight === 0 ? 1 : box.clientWidth / box.clientHeight,
  };
}
