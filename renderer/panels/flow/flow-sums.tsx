import { X } from 'lucide-react';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { sumsOf } from '../../model/hit-rows.ts';
import { beganMs } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { elapsed } from './draw.ts';
import { count, messages } from './words.ts';

/** What the messages that are found took together; nothing while every message is shown. */
export function FlowSums(): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const range = useStore(app.flow, (state) => state.range);
  const firstMs = useStore(app.world, (state) => beganMs(state.world));
  const sums = useMemo(() => (hits.marks === null ? null : sumsOf(hits.rows)), [hits]);
  if (sums === null || (sums.messages === 0 && range === null)) return null;
  return (
    <div className="flow-sums" role="group" aria-label="Sums">
      {range !== null && (
        <span className="flow-sums-range">
          +{elapsed(range.fromMs - firstMs)} to +{elapsed(range.toMs - firstMs)}
          <Button look="quiet" isSmall isIcon label="Clear the time range (Esc)" onClick={() => app.flow.getState().setRange(null)}>
            <X size={11} />
          </Button>
        </span>
      )}
      <span>{messages(sums.messages)}</span>
      <span className={sums.errors > 0 ? 'flow-sums-errors' : ''}>
        {count(sums.errors)} {sums.errors === 1 ? 'error' : 'errors'}
      </span>
      <span>
        gas <b>{count(sums.gas)}</b>, p95 <b>{count(sums.gasP95)}</b>
      </span>
      <span>
        evaluated in <b>{elapsed(sums.ms)}</b>, p95 <b>{sums.msP95.toFixed(1)} ms</b>
      </span>
    </div>
  );
}
