import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { KeyStoreInfo } from '../../../node/contract/deploy.ts';
import type { App } from '../../stores/app-context.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { FormDialog } from '../../widgets/form-dialog.tsx';

/** What is wanted of a key. */
export type KeyWish =
  | { readonly verb: 'make' | 'import' }
  | { readonly verb: 'unlock' | 'export' | 'remove'; readonly name: string; readonly isSystem: boolean };

interface Words {
  readonly title: string;
  readonly about: string;
  readonly act: string;
  /** What takes its time. */
  readonly busy: string;
}
const WORDS: Readonly<Record<KeyWish['verb'], Words>> = {
  make: {
    title: 'New wallet',
    about:
      'The key is kept on this computer, encrypted. Make an export and put it away safely: without it nobody can bring the key back when this computer, or the passphrase, is lost.',
    act: 'Make it',
    busy: 'Making the key…',
  },
  import: {
    title: 'Import a wallet',
    about:
      'A key of Arweave (JWK), a key of Ethereum (64 hexadecimal digits), or a seed phrase, as a file. The file stays where it is: delete it when you no longer need it.',
    act: 'Import',
    busy: 'Encrypting…',
  },
  unlock: {
    title: 'Unlock',
    about: 'The app may sign with it then until it is locked, for half an hour at most.',
    act: 'Unlock',
    busy: 'Decrypting…',
  },
  export: {
    title: 'Export the key',
    about: 'The key itself is written into a new file, open: whoever has that file has all that belongs to the wallet.',
    act: 'Write it',
    busy: 'Decrypting…',
  },
  remove: {
    title: 'Remove',
    about: 'The key goes from this computer for good. Without an export what belongs to the wallet is lost.',
    act: 'Remove for good',
    busy: 'Removing…',
  },
};

/** Makes, imports, unlocks, exports or removes a key. The key itself never comes here. */
export function KeyForm({ wish, onClose }: { readonly wish: KeyWish; onClose(): void }): React.ReactNode {
  const { title } = WORDS[wish.verb];
  return (
    <FormDialog className="deploy-form" title={'name' in wish ? `${title}: ${wish.name}` : title} onClose={onClose}>
      <Form wish={wish} onClose={onClose} />
    </FormDialog>
  );
}

function Form({ wish, onClose }: { readonly wish: KeyWish; onClose(): void }): React.ReactNode {
  const app = useApp();
  const { about, act, busy } = WORDS[wish.verb];
  const keyStore = useStore(app.deploy, (state) => state.keyStore);
  const [given, setGiven] = useState<Given>({
    name: 'name' in wish ? wish.name : '',
    kind: 'arweave',
    phrase: null,
    isSystem: 'isSystem' in wish ? wish.isSystem : keyStore?.isThere === true,
    path: '',
    passphrase: '',
    again: '',
  });
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => void (isHere.current = false);
  }, []);
  const isNew = wish.verb === 'make' || wish.verb === 'import';
  const hasFile = wish.verb === 'import' || wish.verb === 'export';
  const isWhole =
    given.name.trim() !== '' &&
    (!hasFile || given.path.trim() !== '') &&
    (given.isSystem || (given.passphrase !== '' && (!isNew || given.passphrase === given.again)));
  const put = (change: Partial<Given>): void => setGiven({ ...given, ...change });
  const doIt = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const name = await carryOut(app, wish, given);
      // Who has closed it goes on with what they had chosen.
      if (isNew && isHere.current) app.deploy.getState().choose({ wallet: name });
      await app.deploy.getState().refresh();
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isBusy) void doIt();
      }}
    >
      <p>{about}</p>
      {isNew && <TextField title="Name" value={given.name} placeholder="savings" isFirst onValue={(name) => put({ name })} />}
      {wish.verb === 'make' && <KindChoice kind={given.kind} onKind={(kind) => put({ kind })} />}
      {hasFile && <PathField verb={wish.verb} name={given.name} path={given.path} onPath={(path) => put({ path })} />}
      {wish.verb === 'import' && <PhraseChoice phrase={given.phrase} onPhrase={(phrase) => put({ phrase })} />}
      {isNew && keyStore !== null && <StoreChoice of={keyStore} isSystem={given.isSystem} onSystem={(isSystem) => put({ isSystem })} />}
      {given.isSystem ? (
        !isNew && <p className="dim">The key store of the system has it: you are asked once more, beside this window.</p>
      ) : (
        <Passphrase given={given} isNew={isNew} isFirst={!isNew && !hasFile} onGiven={put} />
      )}
      {failure !== null && <ErrorText error={failure} />}
      <div className="answers">
        {isBusy && (
          <span className="dim" role="status">
            {busy}
          </span>
        )}
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" disabled={!isWhole || isBusy} aria-busy={isBusy}>
          {act}
        </Button>
      </div>
    </form>
  );
}

/** What was typed. */
interface Given {
  readonly name: string;
  readonly kind: 'arweave' | 'ethereum';
  /** Of which kind a seed phrase is, where the file holds one. */
  readonly phrase: 'arweave' | 'ethereum' | null;
  /** The key store of the system keeps it, and no passphrase is needed. */
  readonly isSystem: boolean;
  readonly path: string;
  readonly passphrase: string;
  readonly again: string;
}

/** @returns the name of the key. @throws AoError as what is asked for. */
async function carryOut({ link, ui }: App, wish: KeyWish, { kind, path, phrase, isSystem, ...given }: Given): Promise<string> {
  const name = given.name.trim();
  const passphrase = isSystem ? null : given.passphrase;
  if (wish.verb === 'make') await link.ask('keys.make', { name, kind, passphrase });
  else if (wish.verb === 'import') await link.ask('keys.import', { name, path, passphrase, phrase });
  else if (wish.verb === 'unlock') await link.ask('keys.unlock', { name, passphrase });
  else if (wish.verb === 'remove') await link.ask('keys.remove', { name, passphrase });
  else {
    const written = await link.ask('keys.export', { name, path, passphrase });
    ui.getState().notify({ tone: 'warn', sentence: `The key of ${name} is in ${written.path}, open to whoever has that file.` });
  }
  return name;
}

interface TextFieldProps {
  readonly title: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly type?: 'password';
  readonly autoComplete?: 'new-password' | 'current-password';
  readonly isFirst?: boolean;
  onValue(value: string): void;
}

function TextField({ title, value, placeholder = '', type, autoComplete, isFirst = false, onValue }: TextFieldProps): React.ReactNode {
  return (
    <label className="deploy-field">
      <span>{title}</span>
      <input
        className="field"
        type={type ?? 'text'}
        autoComplete={autoComplete ?? 'off'}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoFocus={isFirst}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}

interface PassphraseProps {
  readonly given: Given;
  /** It is typed twice. */
  readonly isNew: boolean;
  readonly isFirst: boolean;
  onGiven(change: Partial<Given>): void;
}

function Passphrase({ given, isNew, isFirst, onGiven }: PassphraseProps): React.ReactNode {
  const kind = { type: 'password', autoComplete: isNew ? 'new-password' : 'current-password' } as const;
  return (
    <>
      <TextField
        title="Passphrase"
        {...kind}
        isFirst={isFirst}
        value={given.passphrase}
        onValue={(passphrase) => onGiven({ passphrase })}
      />
      {isNew && <TextField title="The same again" {...kind} value={given.again} onValue={(again) => onGiven({ again })} />}
      {isNew && given.again !== '' && given.again !== given.passphrase && <p className="deploy-bad">The two differ.</p>}
    </>
  );
}

function KindChoice({ kind, onKind }: { readonly kind: Given['kind']; onKind(kind: Given['kind']): void }): React.ReactNode {
  const choice = (one: Given['kind'], words: string): React.ReactNode => (
    <label>
      <input type="radio" name="key-kind" checked={kind === one} onChange={() => onKind(one)} /> {words}
    </label>
  );
  return (
    <fieldset>
      <legend>Kind</legend>
      {choice('arweave', 'Arweave (RSA-4096; takes some seconds to make)')}
      {choice('ethereum', 'Ethereum')}
    </fieldset>
  );
}

function PhraseChoice({
  phrase,
  onPhrase,
}: {
  readonly phrase: Given['phrase'];
  onPhrase(phrase: Given['phrase']): void;
}): React.ReactNode {
  const choice = (one: 'arweave' | 'ethereum', words: string): React.ReactNode => (
    <label>
      <input type="radio" name="key-phrase" checked={phrase === one} onChange={() => onPhrase(one)} /> {words}
    </label>
  );
  return (
    <fieldset>
      <legend>Where the file holds a seed phrase, it is of</legend>
      {choice('arweave', 'Arweave, as Wander and arweave.app derive it')}
      {choice('ethereum', 'Ethereum, its first account')}
    </fieldset>
  );
}

interface StoreChoiceProps {
  readonly of: KeyStoreInfo;
  readonly isSystem: boolean;
  onSystem(isSystem: boolean): void;
}

/** By whom a new key is kept. Where the system has no store of its own, why not. */
function StoreChoice({ of, isSystem, onSystem }: StoreChoiceProps): React.ReactNode {
  if (!of.isThere) return <p className="dim">It takes a passphrase: the key store of the system cannot be used, as {of.reason}.</p>;
  const choice = (is: boolean, words: string): React.ReactNode => (
    <label>
      <input type="radio" name="key-store" checked={isSystem === is} onChange={() => onSystem(is)} /> {words}
    </label>
  );
  return (
    <fieldset>
      <legend>Kept by</legend>
      {choice(true, `${of.name}: opened by your session, on this computer alone`)}
      {choice(false, 'a passphrase of its own: for the terminal, too')}
    </fieldset>
  );
}

interface PathFieldProps {
  readonly verb: 'import' | 'export';
  readonly name: string;
  readonly path: string;
  onPath(path: string): void;
}

function PathField({ verb, name, path, onPath }: PathFieldProps): React.ReactNode {
  const app = useApp();
  const shell = useStore(app.workspace, (state) => state.status?.shell);
  const isImport = verb === 'import';
  const choose = async (): Promise<void> => {
    const chosen = await app.link.ask('keys.choose', { to: isImport ? 'open' : 'save', name: `${name || 'wallet'}.json` });
    if (chosen.path !== null) onPath(chosen.path);
  };
  return (
    <div className="deploy-path">
      <TextField
        title={isImport ? 'The file with the key' : 'Into the new file'}
        value={path}
        placeholder={isImport ? '~/key.json' : '~/wallet.json, outside of the project'}
        onValue={onPath}
      />
      {shell === 'electron' && <Button onClick={() => void choose().catch(app.ui.getState().fail)}>Choose…</Button>}
    </div>
  );
}
