import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { LaterAnswer, LaterQuestion } from '../../../node/contract/branch.ts';
import { nameOf, rowAt } from '../../model/lookup.ts';
import { whoWithin } from '../../model/own-wallets.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { isKeyboardFree } from '../../stores/keyboard.ts';
import { Button } from '../../widgets/button.tsx';

/** A later message of the main line: is it to come in the branch too? */
export function LaterAsk({ question }: { readonly question: LaterQuestion }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const own = useOwnWallets();
  const [isBusy, setBusy] = useState(false);
  const { process, slot, action, from } = question;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const isNear = box.current?.closest('.panel')?.contains(document.activeElement) === true;
    if (isNear || isKeyboardFree()) box.current?.querySelector('button')?.focus();
  }, []);
  const answer = (said: LaterAnswer, isForAll: boolean): void => {
    setBusy(true);
    app.branch
      .getState()
      .answer(said, isForAll)
      .catch((error: unknown) => {
        setBusy(false);
        app.ui.getState().fail(error);
      });
  };
  const preview = rowAt(world, process, slot)?.preview ?? '';
  return (
    <div ref={box} className="branch-ask" role="group" aria-label="A later message">
      <span role="status">
        Later came <b>{action ?? 'a message'}</b> from {whoWithin(world, from, own)} to {nameOf(world, process)}, slot {slot}
        {preview.trim() !== '' && <span className="faint mono"> {preview.slice(0, 60)}</span>}. Is it sent here too?
      </span>
      <span className="branch-space" />
      <Button isSmall look="primary" disabled={isBusy} onClick={() => answer('apply', false)}>
        Send it
      </Button>
      <Button isSmall disabled={isBusy} onClick={() => answer('drop', false)}>
        Leave it out
      </Button>
      <Button isSmall disabled={isBusy} onClick={() => answer('apply', true)}>
        Send all that follow
      </Button>
      <Button isSmall disabled={isBusy} onClick={() => answer('drop', true)}>
        Leave out all that follow
      </Button>
    </div>
  );
}
