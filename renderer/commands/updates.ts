import type { UpdateState } from '../../node/contract/updates.ts';
import type { App } from '../stores/app-context.ts';

/** Whether a newer version is looked for at each start; false where nobody has said. */
export const LOOKS_BY_ITSELF = 'updates.byItself';

type Asked = Pick<App, 'link' | 'ui'>;

/** What a state is, in words. */
export function updateWords(state: UpdateState): string {
  switch (state.kind) {
    case 'cannot':
      return state.reason;
    case 'unasked':
      return 'Nobody has been asked for a newer version.';
    case 'checking':
      return 'Looking for a newer version…';
    case 'current':
      return 'There is no newer version.';
    case 'found':
      return `Version ${state.version} is there.`;
    case 'downloading':
      return `Fetching version ${state.version}: ${state.percent} %`;
    case 'ready':
      return `Version ${state.version} is here; a restart puts it in place.`;
    case 'failed':
      return `It could not be had: ${state.reason}. Check the connection and try again.`;
  }
}

/** Looks for a newer version because the person asks, and says what came of it. */
export async function lookForUpdate(app: Asked): Promise<void> {
  const { state } = await app.link.ask('updates.check', {});
  tell(app, state);
}

/** Looks for one at a start, where the person has said so. What fails then is said where updates are looked at, and nowhere else. */
export async function lookByItself(app: Asked): Promise<void> {
  const { value } = await app.link.ask('shell.recall', { key: LOOKS_BY_ITSELF });
  if (value !== true) return;
  const { state } = await app.link.ask('updates.check', {});
  if (state.kind === 'found') tell(app, state);
}

function tell({ ui }: Asked, state: UpdateState): void {
  const { notify, dock } = ui.getState();
  const tone = state.kind === 'failed' ? 'warn' : state.kind === 'current' ? 'ok' : 'info';
  notify({ tone, sentence: updateWords(state), actions: [{ title: 'Settings', run: () => dock?.enter('settings') }] });
}
