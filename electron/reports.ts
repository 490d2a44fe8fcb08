import { app, crashReporter } from 'electron';
import { reasonOf } from '../node/contract/errors.ts';
import { writeReport } from '../node/workspace/reports.ts';

/**
 * Writes down what crashes, for the person to read: dumps of Chromium and reports of our own, in `folder`. Nothing is uploaded. To be called before the
 * app is ready.
 * @param onFault hears of each fault of this process, once it is written down
 */
export function keepReports(folder: string, onFault: (error: unknown) => void): void {
  app.setPath('crashDumps', folder);
  crashReporter.start({ uploadToServer: false, ignoreSystemCrashHandler: true });
  const write = (what: string, text: string): void => writeReport(folder, app.getVersion(), what, text);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : reasonOf(error);
      process.stderr.write(`${text}\n`);
      write('A fault in the main process', text);
      onFault(error);
    });
  app.on('render-process-gone', (_event, _contents, { reason, exitCode }) => {
    if (reason !== 'clean-exit') write('The page of a window ended', `${reason}, exit code ${exitCode}`);
  });
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) => {
    if (reason !== 'clean-exit' && reason !== 'killed') write(`A process ended: ${name ?? type}`, `${reason}, exit code ${exitCode}`);
  });
}
