import { Ellipsis, Globe, KeyRound, Lock, LockOpen } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { KeyInfo } from '../../../node/contract/deploy.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { MenuButton, type MenuEntry } from '../../widgets/menu.tsx';
import { shortId } from '../../widgets/short-id.ts';
import { KeyForm, type KeyWish } from './key-form.tsx';

/** Keys to sign with: which there are, which are open, and the ways to more. */
export function KeysSection(): React.ReactNode {
  const app = useApp();
  const keys = useStore(app.deploy, (state) => state.keys);
  const broken = useStore(app.deploy, (state) => state.broken);
  const isBusy = useStore(app.deploy, (state) => state.busy !== null);
  const shell = useStore(app.workspace, (state) => state.status?.shell);
  const [wish, setWish] = useState<KeyWish | null>(null);
  const { connectBrowser } = app.deploy.getState();
  const isConnected = keys?.some(({ kept }) => kept === 'browser') === true;
  return (
    <section aria-labelledby="deploy-keys">
      <h2 id="deploy-keys">Wallet</h2>
      {keys?.length === 0 && (
        <p className="dim">None yet. What is deployed belongs to the key that signed it; the development key is worth nothing there.</p>
      )}
      <div className="deploy-choices" role="radiogroup" aria-labelledby="deploy-keys">
        {(keys ?? []).map((one) => (
          <KeyRow key={one.name} of={one} onWish={setWish} />
        ))}
      </div>
      {broken.map((text) => (
        <p key={text} className="deploy-bad">
          {text}
        </p>
      ))}
      <div className="deploy-buttons">
        <Button isSmall disabled={isBusy} onClick={() => setWish({ verb: 'make' })}>
          <KeyRound size={12} aria-hidden /> New wallet…
        </Button>
        <Button isSmall disabled={isBusy} onClick={() => setWish({ verb: 'import' })}>
          Import…
        </Button>
        {shell === 'served' && !isConnected && (
          <Button isSmall disabled={isBusy} onClick={() => void connectBrowser().catch(app.ui.getState().fail)}>
            <Globe size={12} aria-hidden /> Connect a browser wallet
          </Button>
        )}
        <Button isSmall look="quiet" onClick={() => void app.commands.run('view.addresses')}>
          Address book…
        </Button>
      </div>
      {/* What one form has begun may end when another one is open. */}
      {wish !== null && <KeyForm wish={wish} onClose={() => setWish((now) => (now === wish ? null : now))} />}
    </section>
  );
}

function KeyRow({ of, onWish }: { readonly of: KeyInfo; onWish(wish: KeyWish): void }): React.ReactNode {
  const app = useApp();
  const chosen = useStore(app.deploy, (state) => state.wallet);
  const isBusy = useStore(app.deploy, (state) => state.busy !== null);
  const { name, kind, address, account, kept, isOpen } = of;
  const isSystem = kept === 'system';
  const title = kept === 'browser' ? 'Browser wallet' : name;
  const fail = app.ui.getState().fail;
  const lock = async (): Promise<void> => {
    await app.link.ask('keys.lock', { name });
    await app.deploy.getState().refresh();
  };
  const unlock = (): void => {
    if (!isSystem) return onWish({ verb: 'unlock', name, isSystem });
    app.link.ask('keys.unlock', { name, passphrase: null }).then(app.deploy.getState().refresh).catch(fail);
  };
  const entries: MenuEntry[] = [
    { id: 'copy', title: 'Copy address', run: () => void navigator.clipboard.writeText(account ?? address).catch(fail) },
    { id: 'export', title: 'Export the key…', isDisabled: kept === 'browser', run: () => onWish({ verb: 'export', name, isSystem }) },
    {
      id: 'remove',
      title: 'Remove for good…',
      isDanger: true,
      isDisabled: isBusy || kept === 'browser',
      run: () => onWish({ verb: 'remove', name, isSystem }),
    },
  ];
  return (
    <div className="deploy-key">
      <label>
        <input
          type="radio"
          name="deploy-wallet"
          checked={name === chosen}
          disabled={isBusy}
          onChange={() => app.deploy.getState().choose({ wallet: name })}
        />
        <span>
          <b>{title}</b>{' '}
          <span className="dim">
            {kind}
            {isSystem && ', kept by the system'}
          </span>{' '}
          <span className="mono dim" title={account ?? address}>
            {shortId(account ?? address)}
          </span>
        </span>
      </label>
      {kept === 'browser' ? (
        <Button isSmall disabled={isBusy} onClick={() => void app.deploy.getState().disconnectBrowser().catch(fail)}>
          Disconnect
        </Button>
      ) : isOpen ? (
        <Button isSmall label={`Lock ${name}`} onClick={() => void lock().catch(fail)}>
          <LockOpen size={12} aria-hidden /> Lock
        </Button>
      ) : (
        <Button isSmall label={`Unlock ${name}`} onClick={unlock}>
          <Lock size={12} aria-hidden /> {isSystem ? 'Unlock' : 'Unlock…'}
        </Button>
      )}
      <MenuButton label={`Actions for ${title}`} entries={entries}>
        <Ellipsis size={14} />
      </MenuButton>
    </div>
  );
}
