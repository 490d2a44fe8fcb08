import { FlaskConical } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import type { DryReason } from '../../commands/try-code.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { ConsoleStrip } from './console-strip.tsx';
import { OfferList, offerId, OFFERS_ID } from './offer-list.tsx';
import { useDryReason } from './use-dry-reason.ts';
import { useLine } from './use-line.ts';

const HEIGHT_MAX_PX = 160;

/**
 * The line in which one types Lua for a process. Enter sends what is finished and continues what is not, Shift+Enter makes a
 * line, Tab completes, ↑ and ↓ walk what was sent and Ctrl+R searches it.
 */
export function ConsoleInput({
  process,
  prompt,
  onSent,
}: {
  readonly process: ProcessId;
  readonly prompt: string;
  onSent(): void;
}): React.ReactNode {
  const app = useApp();
  const isPast = useStore(app.focus, (state) => state.isPast);
  const isEditing = useStore(app.console, (state) => state.of(process).isEditing);
  const dry = useDryReason(process);
  const field = useRef<HTMLTextAreaElement>(null);
  const line = useLine(process, field, onSent);
  const { text, offers } = line;

  // Long lines wrap: the field grows with what stands in it.
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    // Behind another tab it has no height to measure: its one row stands then.
    if (area.scrollHeight > 0) area.style.height = `${Math.min(HEIGHT_MAX_PX, area.scrollHeight)}px`;
  }, [text]);

  const isForLive = isPast && dry === null;
  const isInBranch = useStore(app.branch, ({ walk }) => walk !== null);
  const placeholder = isForLive
    ? isInBranch
      ? 'In a branch: Enter goes back to live'
      : 'The past: Enter goes back to live, Alt+Enter branches'
    : dry === null
      ? 'Lua to evaluate, Enter sends; .help'
      : 'Lua to try, nothing is kept; .help';
  return (
    <div className="console-entry">
      {offers.shown !== null && <OfferList shown={offers.shown} onTake={line.take} />}
      <ConsoleStrip process={process} dry={dry} line={line} />
      <div className={isForLive ? 'console-input is-for-live' : 'console-input'}>
        <label>
          <span className="console-prompt">{dry === null ? prompt : `* ${prompt}`}</span>
          <textarea
            ref={field}
            aria-label="Lua to evaluate in the process in focus"
            aria-autocomplete="list"
            {...(offers.shown === null ? {} : { 'aria-controls': OFFERS_ID, 'aria-activedescendant': offerId(offers.shown.at) })}
            rows={isEditing ? 3 : 1}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            value={text}
            placeholder={placeholder}
            onChange={(event) => line.change(event.target.value)}
            onKeyDown={line.onKeyDown}
            onBlur={offers.close}
          />
        </label>
        {isPast && text.trim() !== '' && (
          <button type="button" className="console-hint" title="Alt+Enter; Enter alone goes back to live first" onClick={line.tryIt}>
            Try it in a branch
          </button>
        )}
        <DryButton dry={dry} onDone={() => field.current?.focus()} />
      </div>
      <span className="console-said" aria-live="polite">
        {offers.said}
      </span>
    </div>
  );
}

function DryButton({ dry, onDone }: { readonly dry: DryReason | null; onDone(): void }): React.ReactNode {
  const app = useApp();
  return (
    <Button
      isSmall
      isIcon
      look="quiet"
      className="console-dry"
      label="Dry run: what is typed is tried on a copy and not kept"
      aria-pressed={dry !== null}
      disabled={dry === 'owner' || dry === 'recording'}
      onClick={() => {
        void app.commands.run('console.dryRun');
        onDone();
      }}
    >
      <FlaskConical size={14} aria-hidden />
    </Button>
  );
}
