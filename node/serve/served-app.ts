import { mkdir } from 'node:fs/promises';
import { startApp, type RunningApp, type StartAppOptions } from '../app/start-app.ts';
import { listen, type Listening } from '../host/listen.ts';
import { becomeInstance, type Address } from './instance.ts';
import { openLink } from './link.ts';
import { createPage } from './page.ts';
import { createToken } from '../host/token.ts';

export interface ServeOptions extends Omit<StartAppOptions, 'shell' | 'chooseFolder' | 'chooseRecording' | 'chooseKeyFile'> {
  /** Folder of the built window. */
  readonly rendererDir: string;
}

/** The app, served to a browser. */
export interface ServedApp {
  readonly kind: 'served';
  readonly app: RunningApp;
  /** http://127.0.0.1:4010 */
  readonly url: string;
  /** The address to open in a browser, with its token. */
  readonly address: string;
  /** Ends everything; nothing listens and no child is left afterwards. */
  stop(): Promise<void>;
}

/** Another process serves the same user's folder already. */
export interface OtherApp {
  readonly kind: 'other';
  readonly other: Address;
}

/**
 * Starts the app and serves it on loopback. Returns as soon as the page can be loaded; `app.ready` tells when the units
 * answer. Where another process serves the same folder of the user, nothing is started.
 * @throws AoError BUILD_MISSING, PORTS_TAKEN, INSTANCE_SILENT, FILE_UNREADABLE. Nothing runs then.
 */
export async function serveApp(options: ServeOptions): Promise<ServedApp | OtherApp> {
  const { userDir } = options.paths;
  await mkdir(userDir, { recursive: true });
  const token = createToken();
  // First of all, so that a missing build is said before anything runs; the app is there when the first request comes.
  const page = createPage({
    rendererDir: options.rendererDir,
    token,
    async handOver(path) {
      if (path !== null) await app.openProject(path);
    },
  });
  const instance = await becomeInstance(userDir);
  if (!('publish' in instance)) return { kind: 'other', other: instance };

  const ends: (() => Promise<void> | void)[] = [() => instance.release()];
  // In the opposite order of starting, and to the end even where one part fails.
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed())
      await Promise.resolve()
        .then(end)
        .catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  };
  let app: RunningApp;
  let listening: Listening;
  try {
    app = await startApp({ ...options, shell: 'served', chooseFolder: null, isReopening: true });
    ends.push(app.stop);
    listening = await listen(page, app.ports().app);
    ends.push(listening.close);
    ends.push(openLink(listening.server, token, app.hub.attachWindow));
    await instance.publish({ url: listening.url, token });
  } catch (error) {
    await stop();
    throw error;
  }
  let stopping: Promise<void> | null = null;
  return {
    kind: 'served',
    app,
    url: listening.url,
    address: `${listening.url}/?token=${token}`,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
