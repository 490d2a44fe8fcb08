import { useStore } from 'zustand';
import type { RunWay } from '../../../node/contract/topology.ts';
import { useApp } from '../../stores/app-context.ts';
import { PRESETS } from '../../stores/dock.ts';
import type { ThemeChoice } from '../../stores/ui-store.ts';
import { Button } from '../../widgets/button.tsx';
import { KeysSection } from './keys-section.tsx';
import { ReportsSection } from './reports-section.tsx';
import { UpdatesSection } from './updates-section.tsx';
import './settings.css';

const THEMES: readonly { readonly choice: ThemeChoice; readonly title: string }[] = [
  { choice: 'system', title: 'Follow the system' },
  { choice: 'light', title: 'Light' },
  { choice: 'dark', title: 'Dark' },
  { choice: 'contrast-light', title: 'High contrast, light' },
  { choice: 'contrast-dark', title: 'High contrast, dark' },
];

/** Theme, layout, the keys of every command, and who this node is. */
export function SettingsPanel(): React.ReactNode {
  const app = useApp();
  const theme = useStore(app.ui, (state) => state.theme);
  const isVim = useStore(app.ui, (state) => state.isVim);
  const isKept = useStore(app.session, (state) => state.isKept);
  const status = useStore(app.workspace, (state) => state.status);
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
        <h2>Editor</h2>
        <div className="settings-choices">
          <label>
            <input type="checkbox" checked={isVim} onChange={(event) => app.ui.getState().setVim(event.target.checked)} /> Vim’s keys
          </label>
        </div>
      </section>
      <section>
        <h2>Start</h2>
        <div className="settings-choices">
          <label>
            <input type="checkbox" checked={isKept} onChange={(event) => app.session.getState().setKept(event.target.checked)} /> Open
            projects as I left them
          </label>
        </div>
      </section>
      <RunWays />
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
      <Limits />
      <UpdatesSection />
      <ReportsSection />
      <KeysSection />
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

/** What becomes of a process whose code was changed. */
function RunWays(): React.ReactNode {
  const app = useApp();
  const chosen = useStore(app.plan, (state) => state.way);
  const choice = (way: RunWay, words: string): React.ReactNode => (
    <label>
      <input type="radio" name="run-way" checked={chosen === way} onChange={() => app.plan.getState().setWay(way)} /> {words}
    </label>
  );
  return (
    <section>
      <h2>Run, where code was changed</h2>
      <div className="settings-choices" role="radiogroup" aria-label="Run, where code was changed">
        {choice('evaluate', 'Evaluate it into the process, which keeps its state')}
        {choice('respawn', 'Spawn a new process in its place')}
      </div>
    </section>
  );
}

const MIB = 1024 * 1024;

/** What a slot and a journey may use. They belong to the project, so they are changed in its manifest. */
function Limits(): React.ReactNode {
  const app = useApp();
  const project = useStore(app.workspace, (state) => state.project);
  const limits = useStore(app.workspace, (state) => state.status?.limits);
  if (project === null || limits === undefined) return null;
  const own = project.manifest.limits ?? {};
  const rows: readonly (readonly [keyof typeof limits, string, string])[] = [
    ['gas', 'Instructions of a slot', limits.gas.toLocaleString('en-US')],
    ['memoryBytes', 'Memory of a process', `${Math.round(limits.memoryBytes / MIB).toLocaleString('en-US')} MiB`],
    ['timeMs', 'Time of a slot', `${(limits.timeMs / 1000).toLocaleString('en-US')} s`],
    ['hops', 'Hops of a journey', limits.hops.toLocaleString('en-US')],
    ['journeyItems', 'Messages of a journey', limits.journeyItems.toLocaleString('en-US')],
    ['itemBytes', 'Size of an item', `${(limits.itemBytes / MIB).toLocaleString('en-US')} MiB`],
  ];
  return (
    <section>
      <h2>Limits of this project</h2>
      <table>
        <tbody>
          {rows.map(([key, title, value]) => (
            <tr key={key}>
              <td>{title}</td>
              <td>{value}</td>
              <td>
                <code>limits.{key}</code> {own[key] === undefined ? '' : 'set here'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="settings-choices">
        <Button isSmall onClick={() => app.ui.getState().dock?.openFile('aoscope.json')}>
          Change them in aoscope.json
        </Button>
      </div>
    </section>
  );
}
