import { countsOf, type RedactedProcess, type Redaction, type RemovedParts } from '../../node/contract/redaction.ts';

type NameOf = (process: string) => string;

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** How much was taken out, in one sentence. */
export function redactionWords(redaction: Redaction): string {
  const { messages, outcomes } = countsOf(redaction);
  const parts = [
    counted(messages, 'message', 'messages'),
    counted(outcomes, 'outcome', 'outcomes'),
    ...(redaction.left.length === 0 ? [] : [counted(redaction.left.length, 'whole process', 'whole processes')]),
    ...(redaction.notes === 0 ? [] : [counted(redaction.notes, 'note', 'notes')]),
    ...(redaction.files === 0 ? [] : [counted(redaction.files, 'file', 'files')]),
  ];
  const isNothing = messages === 0 && outcomes === 0 && parts.length === 2;
  return isNothing ? 'Nothing in this history fits.' : `Something is taken out of ${parts.join(', ')}.`;
}

/** What can still be run of a process. */
export function runnableWords({ process, from }: RedactedProcess, nameOf: NameOf): string {
  if (from === 0) return `${nameOf(process)} cannot be run again: it is shown as it was recorded.`;
  return `${nameOf(process)} can be run again up to slot ${from - 1}; from slot ${from} on it is shown as it was recorded.`;
}

/** How far the look into states went. */
export function checkedWords({ checked: { values, of } }: Redaction): string {
  if (of === 0) return 'No value had to be looked for in states.';
  if (values === of) return `${counted(values, 'value was', 'values were')} looked for in every state that can still be computed.`;
  return `${values} of ${of.toLocaleString('en-US')} values were looked for in the states that can still be computed, the others not.`;
}

/** What is gone of one message. */
export function removedWords({ tags, data }: RemovedParts): string {
  const parts = [
    ...(data ? ['its data'] : []),
    ...(tags.length === 0 ? [] : [`the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`]),
  ];
  return parts.length === 0 ? 'part of it' : parts.join(' and ');
}
