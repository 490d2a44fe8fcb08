import { useEffect, useState } from 'react';
import type { Report } from '../../../node/contract/desktop.ts';
import { copyText } from '../../commands/process.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

const SHOWN_MAX = 10;

/** What went wrong on this computer, and where this installation keeps its things. */
export function ReportsSection(): React.ReactNode {
  const app = useApp();
  const [known, setKnown] = useState<{ readonly reports: readonly Report[]; readonly dumps: number; readonly folder: string } | null>(null);
  const { fail } = app.ui.getState();
  useEffect(() => {
    let isGone = false;
    app.link.ask('reports.list', {}).then((found) => isGone || setKnown(found), fail);
    return () => {
      isGone = true;
    };
  }, [app, fail]);
  if (known === null) return null;
  const { reports, dumps, folder } = known;
  const clear = async (): Promise<void> => {
    await app.link.ask('reports.clear', {});
    setKnown({ reports: [], dumps: 0, folder });
  };
  return (
    <section aria-labelledby="settings-reports">
      <h2 id="settings-reports">Faults of the app</h2>
      <p className="dim">
        {reports.length === 0 ? 'None was written down.' : 'They stay on this computer; nobody is sent anything.'} They stand in{' '}
        <span className="mono">{folder}</span>.
      </p>
      <p className="dim">
        {dumpsText(dumps)} A dump is a piece of the memory of what crashed, keys that were unlocked then included: give none to others.
      </p>
      {reports.slice(0, SHOWN_MAX).map((report) => (
        <details key={report.file} className="settings-report">
          <summary>
            {new Date(report.at).toLocaleString()} <b>{report.what}</b>
          </summary>
          <pre tabIndex={0} aria-label={`Report of ${report.at}`}>
            {textOf(report)}
          </pre>
          <Button isSmall onClick={() => void copyText(app, textOf(report), 'Report').catch(fail)}>
            Copy
          </Button>
        </details>
      ))}
      {reports.length + dumps > 0 && (
        <div className="settings-choices">
          <Button isSmall onClick={() => void clear().catch(fail)}>
            Delete all reports
          </Button>
        </div>
      )}
    </section>
  );
}

function dumpsText(dumps: number): string {
  if (dumps === 0) return 'No dump of a crash lies there.';
  return dumps === 1 ? 'One dump of a crash lies there.' : `${dumps} dumps of crashes lie there.`;
}

function textOf({ at, version, system, what, text }: Report): string {
  return `${what}\naoscope ${version}, ${system}, ${at}\n\n${text}`;
}
