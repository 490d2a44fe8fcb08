import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { markedText } from '../../node/base/marked-text.ts';
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
  const put = async (of: string, given: string | null): Promise<void> => {
    setFailure(null);
    try {
      await app.link.ask('addresses.put', { address: of.trim(), name: given });
      await app.call.getState().readBook();
      setAddress('');
      setName('');
    } catch (error) {
      setFailure(error);
    }
  };
  const isWhole = address.trim() !== '' && name.trim() !== '';
  return (
    <>
      <p>
        Names that you give to addresses and processes. They are shown wherever the address is, and before something is signed. They stay on
        this computer.
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
                }}
              >
                <Pencil size={12} aria-hidden />
              </Button>
              <Button look="quiet" isSmall isIcon label={`Forget ${one.name}`} onClick={() => void put(one.address, null)}>
                <Trash2 size={12} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) void put(address, name.trim());
        }}
      >
        <Field title="Address" value={address} placeholder="43 characters, or 0x…" isFirst={first === ''} onValue={setAddress} />
        <Field title="Name" value={name} placeholder="alice" isFirst={first !== ''} onValue={setName} />
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
  onValue(value: string): void;
}

function Field({ title, value, placeholder, isFirst, onValue }: FieldProps): React.ReactNode {
  return (
    <label className="address-book-field">
      <span>{title}</span>
      <input
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
