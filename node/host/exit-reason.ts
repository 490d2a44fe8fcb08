import type { UnitExit } from './starter.ts';

/** The line of a unit's last words that a person can use: the error if it printed one, otherwise the last line. */
export function lastWords(stderrTail: string): string {
  const lines = stderrTail
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !/^Node\.js v\d/.test(one));
  const error = lines.findLast((one) => /^(Uncaught )?\w*(Error|Exception)\b.*:/.test(one) || one.startsWith('FATAL ERROR'));
  return (error ?? lines.at(-1) ?? '').slice(0, 300);
}

/** Why a unit's process ended, in one phrase. */
export function exitReason(exit: UnitExit, stderrTail: string): string {
  const how = exit.signal === null ? `it ended with code ${exit.code ?? 'unknown'}` : `it was ended by ${exit.signal}`;
  const words = lastWords(stderrTail);
  return words === '' ? how : `${how}: ${words}`;
}
