import { useState } from 'react';
import { useStore } from 'zustand';
import { isApple, showKeys } from '../../commands/keys.ts';
import { useApp } from '../../stores/app-context.ts';
import { PRESETS } from '../../stores/dock.ts';
import type { ThemeChoice } from '../../stores/ui-store.ts';
import { Button } from '../../widgets/button.tsx';
import './settings.css';

const THEMES: readonly { readonly choice: ThemeChoice; readonly title: string }[] = [
  { choice: 'system', title: 'Follow the system' },
  { choice: 'light', title: 'Light' },
  { choice: 'dark', title: 'Dark' },
];

/** Theme, layout, the keys of every command, and who this node is. */
export function SettingsPanel(): React.ReactNode {
  const app = useApp();
  const theme = useStore(app.ui, (state) => state.theme);
  const status = useStore(app.workspace, (state) => state.status);
  const [isMac] = useState(isApple);
  const rows: readonly (readonly [string, string | null])[] =
    status === null
      ? []
      : [
          ['Version', status.version],
          ['System', status.platform],
          ['Development wallet', status.wallet],
          ['Authority', status.authority],
          ['Scheduler', status.scheduler],
          ['Lua module', status.luaModule],
        ];
  return (
    <div className="panel settings">
      <section>
        <h2>Theme</h2>
        <div className="settings-choices" role="radiogroup" aria-label="Theme">
          {THEMES.map(({ choice, title }) => (
            <label key={choice}>
              <input type="radio" name="theme" checked={theme === choice} onChange={() => app.ui.getState().setTheme(choice)} /> {title}
            </label>
          ))}
        </div>
      </section>
      <section>
        <h2>Layout</h2>
        <div className="settings-choices">
          {PRESETS.map((preset) => (
            <Button key={preset} isSmall onClick={() => void app.commands.run(`view.layout.${preset}`)}>
              {app.commands.find(`view.layout.${preset}`)?.title.replace('Layout: ', '') ?? preset}
            </Button>
          ))}
          <Button isSmall onClick={() => void app.commands.run('view.layout.reset')}>
            Reset layout
          </Button>
        </div>
      </section>
      <section>
        <h2>Keys</h2>
        <table>
          <tbody>
            {app.commands
              .all()
              .filter((command) => command.keys !== undefined)
              .map((command) => (
                <tr key={command.id}>
                  <td>{command.title}</td>
                  <td>
                    <kbd>{showKeys(command.keys ?? '', isMac)}</kbd>
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
      <section>
        <h2>This node</h2>
        <table>
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <td>{name}</td>
                <td className="mono">{value ?? '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
