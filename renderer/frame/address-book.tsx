import { Pencil, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { markedText } from '../../node/base/marked-text.ts';
import type { NamedAddress } from '../../node/contract/deploy.ts';
import { ADDRESS_WORDS, isAddress } from '../../node/contract/ids.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { ErrorText } from '../widgets/error-text.tsx';
import { FormDialog } from '../widgets/form-dialog.tsx';
import './address-book.css';

/** What the person calls addresses. Nothing while nobody looks at it. */
export function AddressBook(): React.ReactNode {
  const app = useApp();
  const address = useStore(app.ui, (state) => state.addressBook);
  if (address === null) return null;
  return (
    <FormDialog className="address-book" title="Address book" onClose={() => app.ui.getState().setAddressBook(null)}>
      <Book key={address} first={address} />
    </FormDialog>
  );
}

function Book({ first }: { readonly first: string }): React.ReactNode {
  const app = useApp();
  const book = useStore(app.call, (state) => state.book);
  const [address, setAddress] = useState(first);
  const [name, setName] = useState(book.find((one) => one.address === first)?.name ?? '');
  const [failure, setFailure] = useState<unknown>(null);
  const [forgotten, setForgotten] = useState<NamedAddress | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  /** False where it could not be put. */
  const put = async (of: string, given: string | null): Promise<boolean> => {
    setFailure(null);
    try {
      await app.link.ask('addresses.put', { address: of, name: given });
      await app.call.getState().readBook();
      return true;
    } catch (error) {
      setFailure(error);
      return false;
    }
  };
  const keep = async (): Promise<void> => {
    if (!(await put(address.trim(), name.trim()))) return;
    setForgotten(null);
    setAddress('');
    setName('');
  };
  const forget = async (one: NamedAddress): Promise<void> => {
    if (await put(one.address, null)) setForgotten(one);
  };
  const bringBack = async (one: NamedAddress): Promise<void> => {
    if (await put(one.address, one.name)) setForgotten(null);
  };
  const isNone = address.trim() !== '' && !isAddress(address.trim());
  const isWhole = address.trim() !== '' && !isNone && name.trim() !== '';
  return (
    <>
      <p>
        Names that you give to addresses, and to processes that have none of their own. They are shown wherever the app names who sends or
        gets something, before something is signed, too; in data and state addresses stay as they are. The names stay on this computer.
      </p>
      {book.length > 0 && (
        <ul aria-label="Addresses">
          {book.map((one) => (
            <li key={one.address}>
              <b>{markedText(one.name)}</b> <span className="mono dim">{one.address}</span>
              <Button
                look="quiet"
                isSmall
                isIcon
                label={`Rename ${one.name}`}
                onClick={() => {
                  setAddress(one.address);
                  setName(one.name);
                  nameField.current?.focus();
                }}
              >
                <Pencil size={12} aria-hidden />
              </Button>
              <Button look="quiet" isSmall isIcon label={`Forget ${one.name}`} onClick={() => void forget(one)}>
                <Trash2 size={12} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p className="address-book-forgotten" role="status">
        {forgotten !== null && (
          <>
            {markedText(forgotten.name)} is forgotten.{' '}
            <Button isSmall onClick={() => void bringBack(forgotten)}>
              Undo
            </Button>
          </>
        )}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) void keep();
        }}
      >
        <Field title="Address" value={address} placeholder="43 characters, or 0x…" isFirst={first === ''} onValue={setAddress} />
        {isNone && (
          <p className="dim" role="status">
            This is none: {ADDRESS_WORDS}.
          </p>
        )}
        <Field title="Name" value={name} placeholder="alice" isFirst={first !== ''} field={nameField} onValue={setName} />
        {failure !== null && <ErrorText error={failure} />}
        <div className="answers">
          <Button onClick={() => app.ui.getState().setAddressBook(null)}>Close</Button>
          <Button look="primary" type="submit" disabled={!isWhole}>
            Keep
          </Button>
        </div>
      </form>
    </>
  );
}

interface FieldProps {
  readonly title: string;
  readonly value: string;
  readonly placeholder: string;
  readonly isFirst: boolean;
  readonly field?: React.RefObject<HTMLInputElement | null>;
  onValue(value: string): void;
}

function Field({ title, value, placeholder, isFirst, field, onValue }: FieldProps): React.ReactNode {
  return (
    <label className="address-book-field">
      <span>{title}</span>
      <input
        ref={field}
        className="field"
        autoComplete="off"
        spellCheck={false}
        autoFocus={isFirst}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
