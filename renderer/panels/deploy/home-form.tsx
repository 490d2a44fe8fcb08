import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { BroughtHome, Receipt } from '../../../node/contract/deploy.ts';
import { isId, toProcessId } from '../../../node/contract/ids.ts';
import type { App } from '../../stores/app-context.ts';
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
  const coming = useStore(app.deploy, (state) => state.coming);
  const [id, setId] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const process = id.trim();
  const bring = async (): Promise<void> => {
    const own = new AbortController();
    onStarted(own);
    setBusy(true);
    setFailure(null);
    try {
      tellHome(app, await app.deploy.getState().bringHome(network, toProcessId(process), own.signal));
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
        Its log as it was signed, and its module, are fetched, checked and opened as a recording: step through it, ask why, and run your own
        code on its real history (<i>What if</i>). Nothing is sent to it.
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
          {coming === null
            ? 'Asking for its log and its module…'
            : `${coming.done.toLocaleString('en-US')} of ${coming.of.toLocaleString('en-US')} slots`}
          <progress className="deploy-progress" aria-label="Slots" {...(coming === null ? {} : { value: coming.done, max: coming.of })} />
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

function tellHome(app: App, { name, slots, of, gap, file }: BroughtHome): void {
  const { notify } = app.ui.getState();
  if (gap === null)
    notify({
      tone: 'ok',
      sentence: `${name || 'The process'} is here: ${slots} ${slots === 1 ? 'slot' : 'slots'}, signatures and hash chain checked.`,
      cure: `The recording is kept in ${file}.`,
    });
  else
    notify({
      tone: 'warn',
      sentence: `${name || 'The process'} is here in part: ${slots} of ${of} slots. From slot ${gap.slot} on it is missing: ${gap.reason}.`,
      cure: `What is here is whole and checked, and kept in ${file}. Ask another scheduler, or later, for the rest.`,
      lifeMs: null,
    });
}
