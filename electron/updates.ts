import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppUpdater } from 'electron-updater';
import { reasonOf } from '../node/contract/errors.ts';
import type { UpdateState } from '../node/contract/updates.ts';
import type { Updates } from '../node/workspace/ports.ts';

/** What is known of an installation before anybody is asked. */
export interface Installation {
  readonly isPackaged: boolean;
  readonly platform: string;
  /** Path of the AppImage that runs; undefined where it is none. */
  readonly appImage: string | undefined;
  /** Folder of its resources. */
  readonly resources: string;
}

/** Packages of Linux that the updater knows how to replace. */
const PACKAGES: ReadonlySet<string> = new Set(['deb', 'rpm', 'pacman']);

/** Why the app cannot update itself; null where it can. */
export function whyNot({ isPackaged, platform, appImage, resources }: Installation): string | null {
  if (!isPackaged) return 'It runs from its sources, which git and npm install bring up to date.';
  if (!existsSync(join(resources, 'app-update.yml'))) return 'This build names no place that updates come from.';
  if (platform !== 'linux' || appImage !== undefined) return null;
  const file = join(resources, 'package-type');
  const isPackage = existsSync(file) && PACKAGES.has(readFileSync(file, 'utf8').trim());
  return isPackage ? null : 'What was unpacked from an archive does not replace itself: unpack the new one.';
}

/**
 * Looks for newer versions, fetches and installs them, each only when it is asked for. What is fetched is held against the SHA-512 that the
 * release names; on macOS and Windows the system checks the publisher's signature besides.
 * @param why what {@link whyNot} says
 * @param load electron-updater, which is not needed before
 * @param changed hears every new state
 * @param makeWay ends what a second start would meet: that begins before this one is gone
 */
export function openUpdates(
  why: string | null,
  load: () => Promise<AppUpdater>,
  changed: (state: UpdateState) => void,
  makeWay: () => Promise<void>,
): Updates {
  let state: UpdateState = why === null ? { kind: 'unasked' } : { kind: 'cannot', reason: why };
  let loading: Promise<AppUpdater> | null = null;
  const set = (next: UpdateState): void => {
    state = next;
    changed(next);
  };
  const updater = (): Promise<AppUpdater> => {
    loading ??= load().then((one) => {
      // Nothing goes on by itself, and nothing is told but by the state.
      one.autoDownload = false;
      one.autoInstallOnAppQuit = false;
      one.allowDowngrade = false;
      one.logger = null;
      one.on('download-progress', ({ percent }) => {
        if (state.kind === 'downloading') set({ ...state, percent: Math.floor(percent) });
      });
      // Without a listener Node would throw; the promises below say it.
      one.on('error', () => undefined);
      return one;
    });
    return loading;
  };
  const during = async (first: UpdateState, work: (one: AppUpdater) => Promise<UpdateState>): Promise<UpdateState> => {
    set(first);
    try {
      set(await work(await updater()));
    } catch (error) {
      set({ kind: 'failed', reason: reasonOf(error).slice(0, 300) });
    }
    return state;
  };
  return {
    state: () => state,
    async check() {
      if (state.kind === 'cannot' || state.kind === 'checking' || state.kind === 'downloading' || state.kind === 'ready') return state;
      return during({ kind: 'checking' }, async (one) => {
        const found = await one.checkForUpdates();
        return found?.isUpdateAvailable === true ? { kind: 'found', version: found.updateInfo.version } : { kind: 'current' };
      });
    },
    async download() {
      if (state.kind !== 'found') return state;
      const { version } = state;
      return during({ kind: 'downloading', version, percent: 0 }, async (one) => {
        await one.downloadUpdate();
        return { kind: 'ready', version };
      });
    },
    async install() {
      if (state.kind !== 'ready') return;
      const one = await updater();
      await makeWay();
      one.quitAndInstall(false, true);
    },
  };
}
