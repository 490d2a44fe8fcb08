import { Filter } from 'lucide-react';
import type { Scene } from '../../model/scene.ts';
import type { World } from '../../model/world.ts';
import { AXIS_PX, laneHeight, laneY, type View } from './view.ts';
import { count } from './words.ts';

const TWO_LINES_PX = 31;

interface LaneHeadsProps {
  readonly scene: Scene;
  readonly view: View;
  readonly world: World;
  readonly only: string | null;
  onOnly(process: string | null): void;
}

/** The names at the left of the lanes. A click shows only what talked with that process, a second one everything. */
export function LaneHeads({ scene, view, world, only, onOnly }: LaneHeadsProps): React.ReactNode {
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
        const style = {
          top: y - height / 2,
          height,
          '--lane': lane.color === 0 ? 'var(--text-dim)' : `var(--lane-${lane.color})`,
        } as React.CSSProperties;
        if (process === undefined) {
          return (
            <div
              key="outside"
              className="flow-head"
              style={style}
              title="Everything that is no process here: your wallet, other wallets, programs outside"
            >
              <span className="flow-head-name">{lane.name}</span>
            </div>
          );
        }
        const isOnly = only === process.id;
        return (
          <button
            key={process.id}
            type="button"
            className={`flow-head${isOnly ? ' is-only' : ''}`}
            style={style}
            aria-pressed={isOnly}
            title={isOnly ? 'Show every message again' : `Show only what talked with ${lane.name}`}
            onClick={() => onOnly(isOnly ? null : process.id)}
          >
            <span className="flow-head-name">{lane.name}</span>
            <span className="flow-head-facts" hidden={height < TWO_LINES_PX}>
              {count(process.messages)} {process.messages === 1 ? 'slot' : 'slots'}
              {process.errors > 0 && <span className="flow-head-errors"> · {count(process.errors)} ✖</span>}
            </span>
            <Filter className="flow-head-filter" size={11} aria-hidden />
          </button>
        );
      })}
    </div>
  );
}
