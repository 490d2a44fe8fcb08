import { useStore } from 'zustand';
import type { ProcessId, Slot } from '../../../node/contract/ids.ts';
import { outputText, type Outcome, type OutboxMessage } from '../../../node/contract/outcome.ts';
import { rowAt } from '../../model/lookup.ts';
import { whoWithin } from '../../model/own-wallets.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { plainText, PrintedLines } from '../../widgets/printed-lines.tsx';

/** What came of the last call: what it printed, what it sent, what went wrong, and the way to its slot. */
export function CallEndView({ process }: { readonly process: ProcessId }): React.ReactNode {
  const end = useStore(useApp().call, (state) => state.ends.get(process) ?? null);
  if (end === null) return null;
  return (
    <section className="call-end" aria-label="What came of it" aria-live="polite" aria-busy={end.kind === 'running'}>
      {end.kind === 'running' && <p className="faint">On its way…</p>}
      {end.kind === 'failed' && <ErrorText error={end.error} />}
      {end.kind === 'sent' && <Sent process={process} slot={end.slot} />}
      {end.kind === 'tried' && (
        <>
          <h3>Tried{end.slot === null ? '' : ` at slot ${end.slot}`}, not kept</h3>
          <OutcomeView outcome={end.outcome} />
        </>
      )}
    </section>
  );
}

function Sent({ process, slot }: { readonly process: ProcessId; readonly slot: Slot }): React.ReactNode {
  const app = useApp();
  // A row is filled in place: what is read of it is compared.
  const isEvaluated = useStore(app.world, (state) => (rowAt(state.world, process, slot)?.evaluatedAtMs ?? null) !== null);
  const { value, error } = useAnswer('cu.result', isEvaluated ? { process, slot } : null);
  return (
    <>
      <h3>
        Sent
        <Button isSmall onClick={() => app.focus.getState().setFocus({ process, slot })}>
          Look at slot {slot}
        </Button>
      </h3>
      {!isEvaluated && <p className="faint">It waits for its turn…</p>}
      {error !== null && <ErrorText error={error} />}
      {value !== undefined && <OutcomeView outcome={value} />}
    </>
  );
}

function OutcomeView({ outcome }: { readonly outcome: Outcome }): React.ReactNode {
  const { text } = outputText(outcome.output);
  const { error, messages, spawns } = outcome;
  const isSilent = text === '' && error === null && messages.length === 0 && spawns.length === 0;
  return (
    <>
      {error !== null && <pre className="mono call-error">{plainText(error).trim()}</pre>}
      {text !== '' && (
        <pre className="mono">
          <PrintedLines text={text} />
        </pre>
      )}
      {messages.length > 0 && (
        <ul className="call-sent" aria-label="What it sent">
          {messages.map((message, at) => (
            <SentMessage key={at} message={message} />
          ))}
        </ul>
      )}
      {spawns.length > 0 && <p>{spawns.length === 1 ? 'It spawned one process.' : `It spawned ${spawns.length} processes.`}</p>}
      {isSilent && <p className="faint">It printed nothing, and sent nothing.</p>}
    </>
  );
}

const NOT_SHOWN: ReadonlySet<string> = new Set([
  'Action',
  'Data-Protocol',
  'Variant',
  'Type',
  'Reference',
  'X-Reference',
  'From-Process',
  'From-Module',
]);

function SentMessage({ message }: { readonly message: OutboxMessage }): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  const to = useStore(app.world, (state) => whoWithin(state.world, message.Target, own));
  const action = message.Tags.find(({ name }) => name === 'Action')?.value ?? 'A message';
  const tags = message.Tags.filter(({ name }) => !NOT_SHOWN.has(name));
  return (
    <li>
      <b>{action}</b> to {to}
      {tags.length > 0 && <span className="mono call-tags">{tags.map(({ name, value }) => `${name} = ${value}`).join('  ')}</span>}
      {message.Data !== '' && <pre className="mono">{message.Data}</pre>}
    </li>
  );
}
