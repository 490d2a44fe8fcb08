import { useStore } from 'zustand';
import type { RemovedOutcome, RemovedParts } from '../../../node/contract/redaction.ts';
import { removedWords } from '../../model/redaction-words.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** What is gone from a slot of a redacted recording, and what can therefore not be told of it. Nothing for whole ones. */
export function RemovedNote({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const redaction = useStore(app.workspace, (state) => state.project?.recording?.redaction ?? null);
  const process = world.processById.get(row.to)?.id;
  const cut = redaction?.processes.find((one) => one.process === process) ?? null;
  const { slot } = row;
  const isAsked = process !== undefined && slot !== null && cut !== null && slot >= cut.from;
  const log = useAnswer('su.log', isAsked ? { process, from: slot, limit: 1 } : null);
  const result = useAnswer('cu.result', isAsked ? { process, slot } : null);
  if (!isAsked) return null;
  const message = log.value?.entries[0]?.removed ?? null;
  const outcome = result.value?.removed ?? null;
  return (
    <div className="inspector-removed" role="note">
      {message === null && outcome === null
        ? `As it was recorded. It cannot be run again here: what slot ${cut.from} was sent was taken out.`
        : [message === null ? null : messageWords(message), outcome === null ? null : outcomeWords(outcome)].filter(Boolean).join(' ')}
    </div>
  );
}

function messageWords(parts: RemovedParts): string {
  return `Taken out of this message: ${removedWords(parts)}. What is left has no signature that could be checked, and cannot be run again.`;
}

function outcomeWords({ output, error, messages, spawns }: RemovedOutcome): string {
  const sent = messages.length + spawns.length;
  const parts = [
    output ? 'what it printed' : null,
    error ? 'the words of its error' : null,
    sent > 0 ? `parts of ${sent} of what it sent` : null,
  ].filter((part) => part !== null);
  return `Taken out of its outcome: ${parts.join(', ')}.`;
}
