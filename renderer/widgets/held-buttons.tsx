import { useState } from 'react';
import { Button } from './button.tsx';

interface HeldButtonsProps {
  /** Null where nothing can be done with it. */
  readonly ways: ((way: 'continue' | 'step' | 'end') => Promise<unknown>) | null;
}

/** What to do with a held journey: let it go on, hop by hop too, or drop what it still has to deliver. */
export function HeldButtons({ ways }: HeldButtonsProps): React.ReactNode {
  const [isBusy, setBusy] = useState(false);
  if (ways === null) return null;
  const go = (way: 'continue' | 'step' | 'end'): void => {
    setBusy(true);
    void ways(way).finally(() => setBusy(false));
  };
  return (
    <>
      <Button isSmall disabled={isBusy} onClick={() => go('continue')}>
        Continue
      </Button>
      <Button isSmall disabled={isBusy} label="Let the journey go one hop further, and hold it there" onClick={() => go('step')}>
        One hop
      </Button>
      <Button isSmall disabled={isBusy} label="End the journey: what it still has to deliver is dropped" onClick={() => go('end')}>
        End it
      </Button>
    </>
  );
}
