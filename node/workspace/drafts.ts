import type { Draft } from '../contract/drafts.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { Json } from '../contract/outcome.ts';
import type { Tell } from '../contract/rpc.ts';
import type { Settings } from './settings.ts';

const KEY = 'unsaved';

/** Unsaved texts of every project, file by file: what one window types never takes the place of what another has typed elsewhere. */
export function draftHandlers(settings: Settings, tell: Tell): Pick<HandlersOf<'shell'>, 'drafts.list' | 'drafts.put'> {
  return {
    'drafts.list': async ({ project }) => ({ drafts: parseDrafts(settings.recallOf(KEY, project)) }),
    'drafts.put': async (change) => {
      const { project, path, draft } = change;
      const others = parseDrafts(settings.recallOf(KEY, project)).filter((one) => one.path !== path);
      const all = draft === null ? others : [...others, { path, ...draft }];
      const value: Json = all.map(({ path: file, text, version }) => ({ path: file, text, version }));
      settings.rememberOf(KEY, project, all.length === 0 ? null : value);
      tell('drafts.changed', change);
      return {};
    },
  };
}

/** What has another shape is passed over: the file may have been written by hand. */
function parseDrafts(raw: Json): readonly Draft[] {
  return Array.isArray(raw) ? (raw as readonly Json[]).filter(isDraft) : [];
}

function isDraft(raw: Json): raw is Json & Draft {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return false;
  const { path, text, version } = raw as { readonly [key: string]: Json };
  return typeof path === 'string' && typeof text === 'string' && typeof version === 'string';
}
