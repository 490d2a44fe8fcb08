import { ArrowUpFromDot, ChevronLeft, ChevronRight, CornerLeftUp, RedoDot, SkipBack, SkipForward, UndoDot, X } from 'lucide-react';
import { stepAt, type InsideView, type StepPlace } from '../../../node/contract/inside-view.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

/** Where one stands among the lines that ran, and the way to every other. */
export function StepBar({ view, here }: { readonly view: InsideView; readonly here: StepPlace | null }): React.ReactNode {
  const app = useApp();
  const count = view.steps.step.length;
  const at = here?.at ?? 0;
  const run = (command: string): void => void app.commands.run(command);
  const { withKeys } = useKeyWords();
  const button = (words: string, isOff: boolean, command: string, picture: React.ReactNode): React.ReactNode => (
    <Button look="quiet" isSmall isIcon label={withKeys(words, command)} disabled={isOff} onClick={() => run(command)}>
      {picture}
    </Button>
  );
  const go = (to: number): void => {
    const place = stepAt(view, to);
    if (place !== null) app.focus.getState().setStep(place.step, true);
  };
  return (
    <div className="pane-bar inside-bar" role="group" aria-label="Lines of the slot">
      {button('First line that ran', at <= 0, 'inside.first', <SkipBack size={13} />)}
      {button('Back to where this function was called', at <= 0, 'inside.outBack', <CornerLeftUp size={14} />)}
      {button('Previous line, over calls', at <= 0, 'inside.overBack', <UndoDot size={14} />)}
      {button('Previous line', at <= 0, 'inside.previous', <ChevronLeft size={16} />)}
      {button('Next line', at >= count - 1, 'inside.next', <ChevronRight size={16} />)}
      {button('Next line, over calls', at >= count - 1, 'inside.over', <RedoDot size={14} />)}
      {button('Out of this function', at >= count - 1, 'inside.out', <ArrowUpFromDot size={14} />)}
      {button('Last line that ran', at >= count - 1, 'inside.last', <SkipForward size={13} />)}
      <input
        type="range"
        min={0}
        max={Math.max(1, count - 1)}
        value={at}
        disabled={count < 2}
        aria-label="Line of the slot"
        aria-valuetext={`line ${at + 1} of ${count}`}
        onChange={(event) => go(Number(event.target.value))}
      />
      <span className="inside-where" role="status">
        {here === null ? 'no line ran' : placeWords(view, here)}
        <span className="faint">
          {view.place.branch !== undefined && ' · in the branch'} · {at + 1} of {count.toLocaleString('en-US')}
          {view.recording.keptSteps > count && ` (the first of ${view.recording.keptSteps.toLocaleString('en-US')})`}
        </span>
      </span>
      {button('Look at the slot as a whole again', false, 'inside.leave', <X size={12} />)}
    </div>
  );
}

function placeWords(view: InsideView, here: StepPlace): string {
  if (here.file !== null) return `${here.file.file}:${here.file.line}`;
  return `${(view.recording.sources[here.source]?.chunk ?? '').replace(/^[@=]/, '')}:${here.line}`;
}
