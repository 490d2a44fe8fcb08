import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { NetworkInfo } from '../../../node/contract/deploy.ts';
import type { RemoteNetwork } from '../../../node/contract/networks.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { FormDialog } from '../../widgets/form-dialog.tsx';
import { Findings } from './findings.tsx';

type Kind = RemoteNetwork['kind'];
type Fields = Readonly<Record<string, string>>;
interface Field {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly isOptional?: boolean;
}

const FIELDS: Readonly<Record<Kind, readonly Field[]>> = {
  units: [
    { id: 'gateway', title: 'Gateway', about: 'https://… where items are read' },
    { id: 'su', title: 'Scheduler unit', about: 'https://…' },
    { id: 'cu', title: 'Compute unit', about: 'https://…' },
    { id: 'mu', title: 'Messenger unit', about: 'https://…' },
    { id: 'graphql', title: 'GraphQL', about: '/graphql of the gateway', isOptional: true },
    { id: 'upload', title: 'Uploads', about: 'the gateway', isOptional: true },
    { id: 'authority', title: 'Authority', about: 'that of legacynet', isOptional: true },
  ],
  hyperbeam: [
    { id: 'node', title: 'Node', about: 'https://…' },
    { id: 'graphql', title: 'GraphQL', about: 'items are not searched', isOptional: true },
  ],
};
const NAME = /^[\w-]{1,40}$/;

/** Describes a network of the project: what is entered can be examined before it is kept. */
export function NetworkForm({ of, onClose }: { readonly of: NetworkInfo | null; onClose(): void }): React.ReactNode {
  const app = useApp();
  /** The name under which what is entered was looked at. */
  const examined = useRef<string | null>(null);
  const look = (name: string): void => {
    if (examined.current !== null && examined.current !== name) app.deploy.getState().forget(examined.current);
    examined.current = name;
  };
  const close = (): void => {
    // What these addresses answered says nothing of those that are kept.
    if (examined.current !== null) app.deploy.getState().forget(examined.current);
    onClose();
  };
  return (
    <FormDialog className="deploy-form" title={of === null ? 'Add a network' : `The network ${of.name}`} onClose={close}>
      <Form of={of} onExamined={look} onClose={close} />
    </FormDialog>
  );
}

interface FormProps {
  readonly of: NetworkInfo | null;
  onExamined(name: string): void;
  onClose(): void;
}

function Form({ of, onExamined, onClose }: FormProps): React.ReactNode {
  const app = useApp();
  const networks = useStore(app.deploy, (state) => state.networks);
  const isExamining = useStore(app.deploy, (state) => state.examining !== null);
  const [name, setName] = useState(of?.name ?? '');
  const [kind, setKind] = useState<Kind>(of?.network.kind ?? 'units');
  const [fields, setFields] = useState<Fields>(() => fieldsOf(of));
  const [isExamined, setExamined] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const network = networkOf(kind, fields);
  const isTaken = of === null && networks?.some((one) => one.name === name.trim()) === true;
  const isNamed = NAME.test(name.trim()) && name.trim() !== 'local' && !isTaken;
  const examine = (): void => {
    if (network === null) return;
    setFailure(null);
    setExamined(true);
    const as = name.trim() || 'new';
    onExamined(as);
    app.deploy.getState().examine(as, network).catch(setFailure);
  };
  const save = async (): Promise<void> => {
    setFailure(null);
    await app.link.ask('deploy.keepNetwork', { name: name.trim(), network });
    app.deploy.getState().forget(name.trim());
    app.deploy.getState().choose({ network: name.trim() });
    await app.deploy.getState().refresh();
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (network !== null && isNamed) save().catch(setFailure);
      }}
    >
      <NameField
        name={name}
        isFixed={of !== null}
        isTaken={isTaken}
        onName={(changed) => {
          setName(changed);
          setExamined(false);
        }}
      />
      <fieldset>
        <legend>It is</legend>
        <KindChoice
          kind={kind}
          onKind={(changed) => {
            setKind(changed);
            setExamined(false);
          }}
        />
      </fieldset>
      <AddressFields
        kind={kind}
        fields={fields}
        onFields={(changed) => {
          setFields(changed);
          setExamined(false);
        }}
      />
      {isExamined && network !== null && <Findings name={name.trim() || 'new'} network={network} />}
      <p className="dim">It is written into aoscope.json, where others who work on the project find it too.</p>
      {failure !== null && <ErrorText error={failure} />}
      <div className="answers">
        <Button onClick={onClose}>Cancel</Button>
        <Button disabled={network === null || isExamining} onClick={examine}>
          Examine
        </Button>
        <Button look="primary" type="submit" disabled={network === null || !isNamed}>
          Save
        </Button>
      </div>
    </form>
  );
}

interface NameFieldProps {
  readonly name: string;
  /** It has that name already. */
  readonly isFixed: boolean;
  /** Another one has. */
  readonly isTaken: boolean;
  onName(name: string): void;
}

function NameField({ name, isFixed, isTaken, onName }: NameFieldProps): React.ReactNode {
  return (
    <>
      <label className="deploy-field">
        <span>Name</span>
        <input
          className="field"
          value={name}
          maxLength={40}
          placeholder="testnet"
          spellCheck={false}
          autoFocus={!isFixed}
          readOnly={isFixed}
          aria-invalid={isTaken}
          onChange={(event) => onName(event.target.value)}
        />
      </label>
      {isTaken && (
        <p className="deploy-bad" role="status">
          There is a network of that name. Take another name, or edit that one.
        </p>
      )}
    </>
  );
}

interface AddressFieldsProps {
  readonly kind: Kind;
  readonly fields: Fields;
  onFields(fields: Fields): void;
}

function AddressFields({ kind, fields, onFields }: AddressFieldsProps): React.ReactNode {
  return FIELDS[kind].map(({ id, title, about, isOptional = false }) => (
    <label key={id} className="deploy-field">
      <span>
        {title} {isOptional && <span className="dim">where it is another one</span>}
      </span>
      <input
        className="field mono"
        value={fields[id] ?? ''}
        placeholder={about}
        spellCheck={false}
        onChange={(event) => onFields({ ...fields, [id]: event.target.value })}
      />
    </label>
  ));
}

function KindChoice({ kind, onKind }: { readonly kind: Kind; onKind(kind: Kind): void }): React.ReactNode {
  const choice = (one: Kind, words: string): React.ReactNode => (
    <label>
      <input type="radio" name="network-kind" checked={kind === one} onChange={() => onKind(one)} /> {words}
    </label>
  );
  return (
    <>
      {choice('units', 'Units with an address each, as legacynet or another node of aoscope')}
      {choice('hyperbeam', 'A HyperBEAM node')}
    </>
  );
}

function fieldsOf(of: NetworkInfo | null): Fields {
  if (of === null) return {};
  return Object.fromEntries(Object.entries(of.network).flatMap(([id, value]) => (typeof value === 'string' ? [[id, value]] : [])));
}

/** Null while something is missing. */
function networkOf(kind: Kind, fields: Fields): RemoteNetwork | null {
  const value = (id: string): string => (fields[id] ?? '').trim();
  if (FIELDS[kind].some(({ id, isOptional = false }) => !isOptional && !/^https?:\/\/\S+$/.test(value(id)))) return null;
  const given = (id: string): object => (value(id) === '' ? {} : { [id]: value(id) });
  if (kind === 'hyperbeam') return { kind, node: value('node'), ...given('graphql') };
  return {
    kind,
    gateway: value('gateway'),
    su: value('su'),
    cu: value('cu'),
    mu: value('mu'),
    ...given('graphql'),
    ...given('upload'),
    ...given('authority'),
  };
}
