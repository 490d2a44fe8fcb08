import { useState } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { shortId } from '../../widgets/short-id.ts';

const NEW = '+';

/** Who signs: the development wallet, or somebody else to try it as. */
export function WalletChoice(): React.ReactNode {
  const app = useApp();
  const wallets = useStore(app.call, (state) => state.wallets);
  const wallet = useStore(app.call, (state) => state.wallet);
  const [name, setName] = useState<string | null>(null);
  const make = (): void => {
    if (name === null || name.trim() === '') return;
    app.call
      .getState()
      .makeWallet(name.trim())
      .then(() => setName(null), app.ui.getState().fail);
  };
  if (name !== null) {
    return (
      <span className="call-wallet">
        <input
          className="field"
          aria-label="Name of the new wallet"
          placeholder="alice"
          autoFocus
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value.replaceAll(/[^\w-]/g, ''))}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return;
            // Enter makes the wallet, and does not send the message.
            event.preventDefault();
            event.stopPropagation();
            if (event.key === 'Enter') make();
            else setName(null);
          }}
        />
        <Button isSmall disabled={name === ''} onClick={make}>
          Make it
        </Button>
        <Button isSmall look="quiet" onClick={() => setName(null)}>
          Cancel
        </Button>
      </span>
    );
  }
  return (
    <label className="call-wallet">
      <span>Signed by</span>
      <select
        className="field"
        value={wallet}
        onChange={({ target }) => (target.value === NEW ? setName('') : app.call.getState().choose(target.value))}
      >
        {wallets.length === 0 && <option value="dev">you</option>}
        {wallets.map(({ name: one, address }) => (
          <option key={one} value={one}>
            {one === 'dev' ? 'you' : one} · {shortId(address)}
          </option>
        ))}
        <option value={NEW}>Somebody new…</option>
      </select>
    </label>
  );
}
