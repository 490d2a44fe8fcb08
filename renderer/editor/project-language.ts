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
  // The window is drawn and can be typed in first.
  requestIdleCallback(
    () => {
      client.start(workerPipe((reason) => app.ui.getState().fail(new AoError('UNEXPECTED', { reason }))));
      feed.follow();
    },
    { timeout: 3_000 },
  );
  return feed;
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
