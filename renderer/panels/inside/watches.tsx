import { X } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { EvaluationPlace } from '../../../node/contract/recording.ts';
import { withNames } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Button } from '../../widgets/button.tsx';

interface WatchesProps {
  readonly place: EvaluationPlace;
  readonly step: number;
}

/** Expressions that are computed at every line one stands at. */
export function Watches({ place, step }: WatchesProps): React.ReactNode {
  const app = useApp();
  const watches = useStore(app.inside, (state) => state.watches);
  const [typed, setTyped] = useState('');
  const { setWatches } = app.inside.getState();
  return (
    <section className="inside-part" aria-labelledby="inside-watches">
      <h3 id="inside-watches">Watch</h3>
      <ul className="inside-watches">
        {watches.map((one) => (
          <Watch
            key={one}
            place={place}
            step={step}
            expression={one}
            onRemove={() => setWatches(watches.filter((other) => other !== one))}
          />
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = typed.trim();
          if (wanted !== '' && !watches.includes(wanted)) setWatches([...watches, wanted]);
          setTyped('');
        }}
      >
        <input
          className="field mono"
          value={typed}
          spellCheck={false}
          aria-label="Watch an expression"
          placeholder="An expression, then Enter"
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </section>
  );
}

function Watch({ place, step, expression, onRemove }: WatchesProps & { readonly expression: string; onRemove(): void }): React.ReactNode {
  const app = useApp();
  const frame = useStore(app.inside, (state) => state.frame);
  const asked = useAnswer('cu.expression', { ...place, step, frame, expression });
  const value = asked.value;
  return (
    <li className={`inside-value${asked.isOld ? ' is-old' : ''}`}>
      <span className="mono">{expression}</span>
      <span className={`inside-preview mono is-${value?.kind ?? 'nil'}`} title={value?.preview}>
        {value === undefined ? '…' : withNames(app.world.getState().world, value.preview)}
      </span>
      <Button look="quiet" isSmall isIcon label={`Watch ${expression} no longer`} onClick={onRemove}>
        <X size={11} />
      </Button>
    </li>
  );
}
