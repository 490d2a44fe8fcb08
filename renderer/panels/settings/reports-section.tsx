import { useEffect, useState } from 'react';
import type { Report } from '../../../node/contract/desktop.ts';
import { copyText } from '../../commands/process.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

const SHOWN_MAX = 10;

/** What went wrong on this computer, and where this installation keeps its things. */
export function ReportsSection(): React.ReactNode {
  const app = useApp();
  const [known, setKnown] = useState<{ readonly reports: readonly Report[]; readonly folder: string } | null>(null);
  const { fail } = app.ui.getState();
  useEffect(() => {
    let isGone = false;
    app.link.ask('reports.list', {}).then((found) => isGone || setKnown(found), fail);
    return () => {
      isGone = true;
    };
  }, [app, fail]);
  if (known === null) return null;
  const { reports, folder } = known;
  const clear = async (): Promise<void> => {
    await app.link.ask('reports.clear', {});
    setKnown({ reports: [], folder });
  };
  return (
    <section aria-labelledby="settings-reports">
      <h2 id="settings-reports">Faults of the app</h2>
      <p className="dim">
        {reports.length === 0 ? 'None was written down.' : 'They stay on this computer; nobody is sent anything.'} They stand in{' '}
        <span className="mono">{folder}</span>.
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
      {reports.length > 0 && (
        <div className="settings-choices">
          <Button isSmall onClick={() => void clear().catch(fail)}>
            Delete all reports
          </Button>
        </div>
      )}
    </section>
  );
}

function textOf({ at, version, system, what, text }: Report): string {
  return `${what}\naoscope ${version}, ${system}, ${at}\n\n${text}`;
}
