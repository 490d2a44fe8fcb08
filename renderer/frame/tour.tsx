import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useApp } from '../stores/app-context.ts';
import type { PanelId } from '../stores/dock.ts';
import { Button } from '../widgets/button.tsx';
import './tour.css';

interface Step {
  readonly title: string;
  readonly text: string;
  /** What the card stands beside. */
  readonly selector: string;
  readonly side: 'above' | 'left' | 'inside';
  /** The panel that must be on screen for it; null for what always is. */
  readonly panel: PanelId | null;
}

const STEPS: readonly Step[] = [
  {
    title: 'This dot is a message',
    text: 'It stands on the line of the process that handled it; the arrow comes from who sent it. Click one to look at it.',
    selector: '.flow-plot',
    side: 'inside',
    panel: 'flow',
  },
  {
    title: 'Drag the time bar back',
    text: 'Or press Shift+F10: every pane shows the process as it was after that slot. End brings you back to live.',
    selector: '.time-slider',
    side: 'above',
    panel: null,
  },
  {
    title: 'This is what the slot changed',
    text: 'The values before and after, and what was printed. Click a value to see its past, and to ask why it is so. Then hunt a bug: open the sample Lost ball from the welcome screen (the house, bottom left).',
    selector: '.inspector-body',
    side: 'left',
    panel: 'inspector',
  },
];

const WIDTH = 300;
const GAP = 12;

/** Three cards that point at what matters on the first screen; they block nothing, and Esc ends them. */
export function Tour(): React.ReactNode {
  const app = useApp();
  const at = useStore(app.ui, (state) => state.tour);
  const step = at === null ? undefined : STEPS[at];
  return at === null || step === undefined ? null : <Card key={at} step={step} at={at} />;
}

function Card({ step, at }: { readonly step: Step; readonly at: number }): React.ReactNode {
  const app = useApp();
  const card = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ readonly left: number; readonly top: number } | null>(null);
  const { setTour } = app.ui.getState();
  useEffect(() => {
    if (step.panel !== null) app.ui.getState().dock?.show(step.panel);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && app.ui.getState().palette === null) setTour(null);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [app, step, setTour]);
  useLayoutEffect(() => {
    const put = (): void => {
      const anchor = document.querySelector(step.selector);
      const height = card.current?.offsetHeight ?? 0;
      if (anchor !== null) setPlace(placeBeside(anchor.getBoundingClientRect(), step.side, height));
    };
    put();
    // The panel may only now be drawn, and panels are dragged about: the card follows.
    const timer = setInterval(put, 250);
    return () => clearInterval(timer);
  }, [step]);
  const isLast = at === STEPS.length - 1;
  return (
    <div
      ref={card}
      className={`tour ${step.side}`}
      role="dialog"
      aria-label={`Tour, ${at + 1} of ${STEPS.length}`}
      style={{ width: WIDTH, left: place?.left ?? 0, top: place?.top ?? 0, visibility: place === null ? 'hidden' : 'visible' }}
    >
      <b>{step.title}</b>
      <p>{step.text}</p>
      <div className="tour-foot">
        <span>
          {at + 1} of {STEPS.length}
        </span>
        {!isLast && (
          <Button look="quiet" isSmall onClick={() => setTour(null)}>
            Skip
          </Button>
        )}
        <Button look="primary" isSmall onClick={() => setTour(isLast ? null : at + 1)}>
          {isLast ? 'Done' : 'Next'}
        </Button>
      </div>
    </div>
  );
}

/** The corner of a card of `height` beside `box`, kept within the window. */
function placeBeside(box: DOMRect, side: Step['side'], height: number): { readonly left: number; readonly top: number } {
  const wanted =
    side === 'left'
      ? { left: box.left - WIDTH - GAP, top: box.top + GAP }
      : side === 'above'
        ? { left: box.left + box.width / 2 - WIDTH / 2, top: box.top - height - GAP }
        : { left: box.right - WIDTH - GAP, top: box.top - height - GAP };
  return {
    left: Math.round(Math.max(GAP, Math.min(wanted.left, window.innerWidth - WIDTH - GAP))),
    top: Math.round(Math.max(GAP, Math.min(wanted.top, window.innerHeight - height - GAP))),
  };
}
