import { useRef, useState } from 'react';
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
  const [isMaking, setMaking] = useState(false);
  /** The choice comes back with the keyboard where the name had it. */
  const hadKeyboard = useRef(false);
  const leave = (): void => {
    hadKeyboard.current = true;
    setName(null);
  };
  const make = (): void => {
    if (name === null || name.trim() === '' || isMaking) return;
    setMaking(true);
    app.call
      .getState()
      .makeWallet(name.trim())
      .then(leave, app.ui.getState().fail)
      .finally(() => setMaking(false));
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
            else leave();
          }}
        />
        <Button isSmall disabled={name === '' || isMaking} onClick={make}>
          Make it
        </Button>
        <Button isSmall look="quiet" onClick={leave}>
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
        ref={(select) => {
          if (select === null || !hadKeyboard.current) return;
          hadKeyboard.current = false;
          select.focus();
        }}
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
