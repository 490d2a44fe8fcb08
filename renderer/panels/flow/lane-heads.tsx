import { Ellipsis, Filter, Pin } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { filterEntries, applyTerm } from '../../commands/use-as-filter.ts';
import { hasTerm, partyTerm } from '../../model/filter-edit.ts';
import { isOnlyOwn } from '../../model/own-wallets.ts';
import type { ProcessRow } from '../../model/rows.ts';
import type { Lane, Scene } from '../../model/scene.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { ContextMenu, MenuButton, type MenuEntry } from '../../widgets/menu.tsx';
import { AXIS_PX, laneHeight, laneY, type View } from './view.ts';
import { count } from './words.ts';

const TWO_LINES_PX = 31;
/** What a person calls the lane colours, in the order of the theme. */
const COLOURS = ['blue', 'teal', 'amber', 'violet', 'red', 'green', 'sky', 'sand'];

interface LaneHeadsProps {
  readonly scene: Scene;
  readonly view: View;
  readonly world: World;
}

/** The names at the left of the lanes. A click shows only what talked with that process, a second one everything. */
export const LaneHeads = memo(function LaneHeads({ scene, view, world }: LaneHeadsProps): React.ReactNode {
  const own = useOwnWallets();
  // Who takes part is counted while a scene is laid out, which is later than the world changes.
  const isYou = useMemo(() => isOnlyOwn(world, own, scene), [world, own, scene]);
  const height = laneHeight(scene, view);
  return (
    <div className="flow-heads" role="group" aria-label="Lanes">
      <div className="flow-heads-axis" style={{ height: AXIS_PX }}>
        since first
      </div>
      {scene.lanes.map((lane, index) => {
        const y = laneY(index, height, view);
        if (y < AXIS_PX - height || y > view.height + height) return null;
        const process = lane.process === null ? undefined : world.processById.get(lane.process);
        if (process === undefined) {
          return (
            <div
              key="outside"
              className="flow-head"
              style={styleOf(y - height / 2, height, lane.color)}
              title="Everything that is no process here: your wallet, other wallets, programs outside"
            >
              <span className="flow-head-name">{isYou ? 'You' : 'Outside'}</span>
            </div>
          );
        }
        return <LaneHead key={process.id} name={lane.name} color={lane.color} process={process} top={y - height / 2} height={height} />;
      })}
    </div>
  );
});

const styleOf = (top: number, height: number, color: number): React.CSSProperties =>
  ({ top, height, '--lane': color === 0 ? 'var(--text-dim)' : `var(--lane-${color})` }) as React.CSSProperties;

interface LaneHeadProps extends Pick<Lane, 'name' | 'color'> {
  readonly process: ProcessRow;
  readonly top: number;
  readonly height: number;
}

/** Drawn anew only where something of its own has changed: there may be a hundred of them beside every frame that moves. */
const LaneHead = memo(function LaneHead({ name, color, process, top, height }: LaneHeadProps): React.ReactNode {
  const app = useApp();
  const isTall = height >= TWO_LINES_PX;
  const term = partyTerm(app.world.getState().world, 'process', process.id);
  const isOnly = useStore(app.flow, (state) => hasTerm(state.filter.text, term, 'only'));
  const memory = useStore(app.flow, (state) => state.memory);
  const [menuAt, setMenuAt] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const isPinned = memory.pinned.includes(process.id);
  const { hide, pin, colour } = app.flow.getState();
  const own = memory.colours.get(process.id) ?? null;
  const entries: MenuEntry[] = [
    ...filterEntries(app, { term, words: `what talked with ${name}` }),
    { id: 'hide', title: `Hide ${name}: draw through it`, run: () => hide(process.id) },
    { id: 'pin', title: isPinned ? 'Back to its place' : 'Keep on top', run: () => pin(process.id) },
    { id: 'source', title: 'Open console', run: () => void app.commands.run('process.console', process.id) },
    ...COLOURS.map((word, index): MenuEntry => ({
      id: word,
      title: `Colour: ${word}`,
      isDisabled: process.lane === index + 1,
      run: () => colour(process.id, index + 1),
    })),
    ...(own === null ? [] : [{ id: 'own', title: 'Colour: as before', run: () => colour(process.id, null) }]),
  ];
  const label = `Lane of ${name}`;
  return (
    <div className={`flow-head-box${isOnly ? ' is-only' : ''}`} style={styleOf(top, height, color)}>
      <button
        type="button"
        className="flow-head"
        aria-pressed={isOnly}
        title={isOnly ? 'Show every message again' : `Show only what talked with ${name}. Right-click for more`}
        onClick={() => applyTerm(app, term, 'only')}
        onContextMenu={(event) => {
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          // From the keyboard there is no place of a pointer.
          const isPointed = event.clientX > 0 || event.clientY > 0;
          setMenuAt(isPointed ? { x: event.clientX, y: event.clientY } : { x: box.left + 16, y: box.bottom });
        }}
      >
        <span className="flow-head-name">{name}</span>
        <span className="flow-head-facts" hidden={!isTall}>
          {isPinned && <Pin size={9} aria-label="kept on top" />}
          {count(process.messages)} {process.messages === 1 ? 'slot' : 'slots'}
          {process.errors > 0 && <span className="flow-head-errors"> · {count(process.errors)} ✖</span>}
        </span>
        <Filter className="flow-head-filter" size={11} aria-hidden />
      </button>
      <MenuButton label={label} entries={entries} className="flow-head-menu">
        <Ellipsis size={13} />
      </MenuButton>
      {menuAt !== null && <ContextMenu label={label} at={menuAt} entries={entries} onClose={() => setMenuAt(null)} />}
    </div>
  );
});
