import type { ProcessId } from '../../node/contract/ids.ts';
import type { App } from '../stores/app-context.ts';
import { isDotCommand, runDotCommand, toggleDry } from './dot-commands.ts';
import { evaluate } from './load-file.ts';
import type { Command } from './registry.ts';
import { dryReason, noteError, processInFocus } from './try-code.ts';

/** The Source of code that was typed. */
const TYPED = 'console';
/** What evaluates code, and so is nothing for the past. */
const LOADS = /^\s*\.load/i;

/** Would it change the process as it is now, while an older moment is looked at? */
export function isForLive(app: App, process: ProcessId, line: string): boolean {
  const isCode = !isDotCommand(line) || LOADS.test(line);
  return isCode && app.focus.getState().isPast && dryReason(app, process) === null;
}

/**
 * Takes what was typed for a process: a command of the console, or code to evaluate or to try.
 * What goes wrong with a command stands in the console. @throws AoError as wallet.send, for code.
 */
export async function takeLine(app: App, process: ProcessId, line: string): Promise<void> {
  if (!isDotCommand(line)) return evaluate(app, process, line, TYPED);
  try {
    await runDotCommand(app, process, line);
  } catch (error) {
    noteError(app, process, error);
  }
}

/** What the console of the process in focus can do besides. */
export function consoleCommands(app: App): Command[] {
  return [
    {
      id: 'console.dryRun',
      title: 'Console: try what is typed on a copy, or keep it again',
      category: 'Process',
      isEnabled: () => app.focus.getState().focus.process !== null,
      run: () => toggleDry(app, processInFocus(app)),
    },
  ];
}
