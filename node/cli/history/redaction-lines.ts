import { countsOf } from '../../contract/redaction.ts';
import type { RecordingHeader } from '../../workspace/recording/header.ts';

/** What was taken out of a recording, a sentence a line; none where it is whole. */
export function redactionLines({ redaction, processes }: Pick<RecordingHeader, 'redaction' | 'processes'>): string[] {
  if (redaction === null) return [];
  const { messages, outcomes } = countsOf(redaction);
  const nameOf = (process: string): string => processes.find((one) => one.process === process)?.name || process;
  return [
    `Redacted: ${messages} messages and ${outcomes} outcomes lost something`,
    ...redaction.processes.map(({ process, from }) =>
      from === 0 ? `${nameOf(process)} cannot be run again` : `${nameOf(process)} can be run again up to slot ${from - 1}`,
    ),
  ];
}
