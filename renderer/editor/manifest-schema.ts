import { jsonDefaults } from 'monaco-editor/languages/features/json/register';
import type { App } from '../stores/app-context.ts';

const MANIFEST = 'aoscope.json';
let isAsked = false;

// The colours of JSON are those of the window.
jsonDefaults.setModeConfiguration({ ...jsonDefaults.modeConfiguration, tokens: false });

/** Gives the editor the schema of aoscope.json, once: completion, descriptions, and checks while one types. */
export function knowManifest(app: App, path: string): void {
  if (isAsked || path !== MANIFEST) return;
  isAsked = true;
  app.link.ask('project.schema', {}).then(
    ({ schema }) =>
      jsonDefaults.setDiagnosticsOptions({
        ...jsonDefaults.diagnosticsOptions,
        validate: true,
        allowComments: false,
        schemas: [{ uri: 'project:/aoscope.schema.json', fileMatch: [MANIFEST], schema: JSON.parse(schema) as unknown }],
      }),
    () => {
      isAsked = false;
    },
  );
}
