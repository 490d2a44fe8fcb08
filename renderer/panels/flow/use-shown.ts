import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { isHit } from '../../model/hit-rows.ts';
import type { MessageRow } from '../../model/rows.ts';
import { layOut, type Scene, type SceneWish } from '../../model/scene.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import type { Lit } from './draw.ts';

interface Shown {
  readonly scene: Scene;
  /** What the table lists. */
  readonly rows: readonly MessageRow[];
  /** The hits, while everything is shown and they stand out; null otherwise. */
  readonly lit: Lit | null;
}

/** What every view shows of the messages, by filter, range and lanes. */
export function useShown(axis: SceneWish['axis']): Shown {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const isNarrow = useStore(app.flow, (state) => state.isNarrow);
  const { hidden, pinned } = useStore(app.flow, (state) => state.memory);
  const shown = useMemo(() => {
    const { world } = app.world.getState();
    const rows = isNarrow ? hits.matched : world.messages;
    const lit = isNarrow || hits.marks === null ? null : { rows: hits.rows, has: (row: MessageRow) => isHit(hits, row) };
    return { ...timed(world, { rows, axis, hidden: new Set(hidden), pinned }), rows: isNarrow ? hits.rows : world.messages, lit };
  }, [app, hits, isNarrow, axis, hidden, pinned]);
  useEffect(() => app.flow.getState().took(shown.tookMs), [app, shown]);
  return shown;
}

function timed(world: World, wish: SceneWish): { readonly scene: Scene; readonly tookMs: number } {
  const startedMs = performance.now();
  const scene = layOut(world, wish);
  return { scene, tookMs: performance.now() - startedMs };
}
