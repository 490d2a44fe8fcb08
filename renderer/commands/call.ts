import { callAsAoconnect, callAsAos, callAsCurl, callAsLua, type CallText } from '../../node/contract/call-snippets.ts';
import { AoError } from '../../node/contract/errors.ts';
import { toProcessId, type ProcessId } from '../../node/contract/ids.ts';
import type { SnippetPlaces } from '../../node/contract/snippets.ts';
import { tagsOf, type PastCall } from '../model/past-calls.ts';
import type { App } from '../stores/app-context.ts';
import { signerOf, type CallEnd } from '../stores/call-store.ts';
import { copyText } from './process.ts';
import type { Command } from './registry.ts';
import { processInFocus } from './try-code.ts';

const category = 'Call';

/** Sends what is filled in for a process; what came of it stands at the form. */
async function send(app: App, process: ProcessId): Promise<void> {
  const { draftOf, wallet } = app.call.getState();
  const draft = draftOf(process);
  await call(app, process, async () => {
    const { slot } = await app.link.ask('wallet.send', { process, tags: tagsOf(draft), data: draft.data, wallet });
    return [
      { kind: 'sent', slot },
      { process, draft, wallet, slot, atMs: Date.now() },
    ];
  });
}

/** Says what came of a call and keeps it, unless another project has been opened meanwhile. */
async function call(app: App, process: ProcessId, run: () => Promise<readonly [CallEnd, PastCall]>): Promise<void> {
  const { end, remember } = app.call.getState();
  const projectNow = (): string | undefined => app.workspace.getState().project?.path;
  const project = projectNow();
  end(process, { kind: 'running' });
  try {
    const [came, past] = await run();
    if (projectNow() !== project) return;
    end(process, came);
    remember(past);
  } catch (error) {
    if (projectNow() === project) end(process, { kind: 'failed', error });
  }
}

/** Tries it on a copy of the process, at the moment that is looked at. */
async function tryIt(app: App, process: ProcessId): Promise<void> {
  const { draftOf, wallet } = app.call.getState();
  const draft = draftOf(process);
  const { focus, isPast } = app.focus.getState();
  const slot = isPast && focus.process === process ? focus.slot : null;
  const from = signerOf(app.call.getState()) ?? app.workspace.getState().status?.wallet ?? undefined;
  await call(app, process, async () => {
    const message = { owner: from, from, tags: tagsOf(draft), data: draft.data };
    const outcome = await app.link.ask('cu.dryRun', { process, message, ...(slot === null ? {} : { slot }) });
    return [
      { kind: 'tried', outcome, slot },
      { process, draft, wallet, slot: null, atMs: Date.now() },
    ];
  });
}

/** How a call is written elsewhere, by name. */
const FORMS = {
  aoconnect: callAsAoconnect,
  aoconnectDry: (call: CallText, places: SnippetPlaces) => callAsAoconnect({ ...call, isDry: true }, places),
  aos: (call: CallText) => callAsAos(call),
  lua: (call: CallText) => callAsLua(call),
  curl: callAsCurl,
} as const;

async function copyAs(app: App, form: keyof typeof FORMS, what: string): Promise<void> {
  const process = processInFocus(app);
  const draft = app.call.getState().draftOf(process);
  const { status } = app.workspace.getState();
  if (status === null) throw new AoError('UNIT_DOWN', { unit: 'cu' });
  const urls = Object.fromEntries(status.units.map(({ unit, url }) => [unit, url]));
  const call = { process, tags: tagsOf(draft), data: draft.data, isDry: false };
  await copyText(app, FORMS[form](call, { ...status, urls }), what);
}

/** Filling in a message for the process in focus. */
export function callCommands(app: App): Command[] {
  const hasProcess = (): boolean => app.focus.getState().focus.process !== null;
  const hasCall = (): boolean => {
    const { process } = app.focus.getState().focus;
    return process !== null && tagsOf(app.call.getState().draftOf(process)).length > 0;
  };
  const isLive = (): boolean => app.workspace.getState().project?.isReadOnly !== true;
  const copy = (id: string, form: keyof typeof FORMS, title: string, what: string): Command => ({
    id: `call.copy${id}`,
    title,
    category,
    isEnabled: hasCall,
    run: () => copyAs(app, form, what),
  });
  return [
    {
      id: 'call.open',
      title: 'Fill in a message to this process…',
      category,
      keys: 'KeyC',
      isEnabled: () => app.world.getState().world.processes.length > 0,
      run(id) {
        if (id !== undefined) app.focus.getState().setFocus({ process: toProcessId(id), slot: null });
        app.ui.getState().dock?.enter('call', '.call-action input');
      },
    },
    {
      id: 'call.send',
      title: 'Send the message that is filled in',
      category,
      isEnabled: () => hasCall() && isLive(),
      run: () => send(app, processInFocus(app)),
    },
    {
      id: 'call.try',
      title: 'Try the message that is filled in (dry run)',
      category,
      isEnabled: () => hasCall() && hasProcess(),
      run: () => tryIt(app, processInFocus(app)),
    },
    copy('Aoconnect', 'aoconnect', 'Copy as aoconnect, sending', 'Script'),
    copy('AoconnectDry', 'aoconnectDry', 'Copy as aoconnect, dry run', 'Script'),
    copy('Aos', 'aos', 'Copy as a line for aos', 'Line'),
    copy('Lua', 'lua', 'Copy as Lua', 'Lua'),
    copy('Curl', 'curl', 'Copy as curl, dry run', 'Command line'),
  ];
}
