import { useRef, useState } from 'react';
import type { Receipt } from '../../../node/contract/deploy.ts';
import { isId, toProcessId } from '../../../node/contract/ids.ts';
import { mayLeave } from '../../commands/project.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { FormDialog } from '../../widgets/form-dialog.tsx';

interface HomeFormProps {
  readonly network: string;
  /** What was deployed there is offered. */
  readonly receipts: readonly Receipt[];
  onClose(): void;
}

interface FormProps extends HomeFormProps {
  /** Is given the way to end what has begun. */
  onStarted(own: AbortController): void;
}

/** Brings a process that lives on a network here, to be debugged on its real history. */
export function HomeForm(props: HomeFormProps): React.ReactNode {
  const stop = useRef<AbortController | null>(null);
  // The pane goes where the recording is opened in place of the project: only a person's word ends it.
  const close = (): void => {
    stop.current?.abort();
    props.onClose();
  };
  return (
    <FormDialog className="deploy-form" title={`Bring a process home from ${props.network}`} isKept onClose={close}>
      <Form {...props} onStarted={(own) => (stop.current = own)} onClose={close} />
    </FormDialog>
  );
}

function Form({ network, receipts, onStarted, onClose }: FormProps): React.ReactNode {
  const app = useApp();
  const [id, setId] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const process = id.trim();
  const bring = async (): Promise<void> => {
    if (!(await mayLeave(app))) return;
    const own = new AbortController();
    onStarted(own);
    setBusy(true);
    setFailure(null);
    try {
      await app.deploy.getState().bringHome(network, toProcessId(process), own.signal);
      onClose();
    } catch (error) {
      if (!own.signal.aborted) setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isId(process) && !isBusy) void bring();
      }}
    >
      <p>
        Its module and its log, as it was signed, are fetched and checked. It opens read-only with its first slots, and the others come in
        while you look: step through it, ask why, and run your own code on its real history (<i>What if</i>). Nothing is sent to it.
      </p>
      <label className="deploy-field">
        <span>Process</span>
        <input
          className="field mono"
          value={id}
          list="deploy-home-known"
          placeholder="its id"
          spellCheck={false}
          autoFocus
          onChange={(event) => setId(event.target.value)}
        />
      </label>
      <datalist id="deploy-home-known">
        {receipts.map(({ name, process: known }) => (
          <option key={known} value={known}>
            {name}
          </option>
        ))}
      </datalist>
      {isBusy && (
        <div role="status">
          Asking for its module and its first slots…
          <progress className="deploy-progress" aria-label="First slots" />
        </div>
      )}
      {failure !== null && <ErrorText error={failure} />}
      <div className="answers">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" disabled={!isId(process) || isBusy} aria-busy={isBusy}>
          Bring it home
        </Button>
      </div>
    </form>
  );
}
