import { useStore } from 'zustand';
import type { ProcessId, Slot } from '../../../node/contract/ids.ts';
import { toSlot } from '../../../node/contract/ids.ts';
import { tagsOf, type PastCall } from '../../model/past-calls.ts';
import { useApp } from '../../stores/app-context.ts';
import { refill } from '../../stores/call-store.ts';
import { Button } from '../../widgets/button.tsx';

const SHOWN_MAX = 20;

/** Calls to this process before: a click fills one in again, or goes to its slot. */
export function PastCalls({ process }: { readonly process: ProcessId }): React.ReactNode {
  const app = useApp();
  const all = useStore(app.call, (state) => state.calls);
  const calls = all.filter((call) => call.process === process).slice(0, SHOWN_MAX);
  if (calls.length === 0) return null;
  const look = (slot: Slot): void => app.focus.getState().setFocus({ process, slot });
  return (
    <section aria-labelledby="call-before">
      <h3 id="call-before">Called before</h3>
      <ul className="call-past">
        {calls.map((call) => (
          <li key={`${call.atMs} ${call.slot}`}>
            <button type="button" title="Fill it in again" onClick={() => refill(app.call, call)}>
              <b>{call.draft.action === '' ? 'A message' : call.draft.action}</b> <span className="mono">{wordsOf(call)}</span>
              {call.wallet !== 'dev' && <span> by {call.wallet}</span>}
            </button>
            {call.slot === null ? (
              <span className="faint">dry run</span>
            ) : (
              <Button isSmall look="quiet" label={`Look at slot ${call.slot}`} onClick={() => look(toSlot(call.slot ?? 0))}>
                slot {call.slot}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function wordsOf({ draft }: PastCall): string {
  const tags = tagsOf(draft).filter(({ name }) => name !== 'Action');
  return [...tags.map(({ name, value }) => `${name} = ${value}`), ...(draft.data === '' ? [] : [draft.data])].join('  ');
}
