import { AoError } from '../../node/contract/errors.ts';
import { LanguageClient, type LanguagePipe } from '../language/client.ts';
import LanguageWorker from '../language/language-worker.ts?worker';
import type { FromLanguage, ToLanguage } from '../language/questions.ts';
import type { App } from '../stores/app-context.ts';
import { LanguageFeed } from './language-feed.ts';

const known = new WeakMap<App, LanguageFeed>();

/** The Lua of the app's project, understood in a worker from the first call on. */
export function projectLanguage(app: App): LanguageFeed {
  const running = known.get(app);
  if (running !== undefined) return running;
  const client = new LanguageClient();
  const feed = new LanguageFeed(client, app);
  known.set(app, feed);
  whenTypable(() => {
    client.start(workerPipe((reason) => app.ui.getState().fail(new AoError('UNEXPECTED', { reason }))));
    feed.follow();
  });
  return feed;
}

const NO_FILE_WAIT_MS = 2_000;
const IDLE_WAIT_MS = 1_000;

/** Calls `start` when the first file can be typed in, or none is opened: reading the language takes nothing from that. */
function whenTypable(start: () => void): void {
  const begin = (): void => {
    clearTimeout(timer);
    watch.disconnect();
    requestIdleCallback(start, { timeout: IDLE_WAIT_MS });
  };
  const watch = new PerformanceObserver((marks) => {
    if (marks.getEntriesByName('aoscope:typable').length > 0) begin();
  });
  const timer = setTimeout(begin, NO_FILE_WAIT_MS);
  watch.observe({ type: 'mark', buffered: true });
}

function workerPipe(tell: (reason: string) => void): LanguagePipe {
  const worker = new LanguageWorker({ name: 'lua' });
  return {
    send: (message: ToLanguage) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener('message', ({ data }: MessageEvent<FromLanguage>) => listener(data)),
    onFailure: (listener) =>
      worker.addEventListener('error', ({ message }) => {
        const reason = message || 'the worker that understands Lua did not start';
        listener(reason);
        tell(reason);
      }),
    close: () => worker.terminate(),
  };
}
