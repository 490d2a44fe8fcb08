import { History } from 'lucide-react';
import { useStore } from 'zustand';
import { shortened, sideBySide, type SideRow } from '../../../node/contract/side-by-side.ts';
import type { TestFailure } from '../../../node/contract/tests.ts';
import type { TestRow } from '../../model/tests.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { PlaceLink } from '../../widgets/place-link.tsx';
import { openRow } from './test-tree.tsx';

/** Why a test failed: what was expected beside what came, and the messages before; from here into its history. */
export function TestDetail({ row, failure }: { readonly row: TestRow; readonly failure: TestFailure }): React.ReactNode {
  const app = useApp();
  const hasCoverage = useStore(app.tests, (state) => state.coverage !== null);
  const { message, place, compared, at, trail } = failure;
  const recording = row.result?.recording ?? null;
  return (
    <section className="tests-detail" aria-label={`Why ${row.title} failed`} tabIndex={0}>
      <p className="tests-message">{message}</p>
      <div className="tests-actions">
        {recording !== null && (
          <Button isSmall look="primary" onClick={() => void app.commands.run('tests.openRun', recording)}>
            <History size={12} aria-hidden /> {at === null ? 'Open its history' : `Open its history at slot ${at.slot}`}
          </Button>
        )}
        {hasCoverage && (
          <Button isSmall onClick={() => app.tests.getState().select(null)}>
            Back to the coverage
          </Button>
        )}
        {place !== null && <PlaceLink place={{ path: place.file, line: place.line, open: () => openRow(app, row) }} />}
      </div>
      {compared !== undefined && <Compared compared={compared} />}
      {trail.length > 0 && (
        <>
          <h3>The last messages before it</h3>
          <ol className="tests-trail">
            {trail.map((one, index) => {
              const isHere = at !== null && one.place?.process === at.process && one.place.slot === at.slot;
              return (
                <li key={index} {...(isHere ? { 'aria-current': 'step' } : {})}>
                  <span className="mono">
                    {one.from} → {one.to}
                  </span>
                  <span className="faint">{one.place === null ? '' : `slot ${one.place.slot}`}</span>
                  <span>{one.action ?? ''}</span>
                  <span className="faint tests-data">{one.data.replaceAll(/\s+/g, ' ').slice(0, 120)}</span>
                </li>
              );
            })}
          </ol>
        </>
      )}
    </section>
  );
}

function Compared({ compared }: { readonly compared: NonNullable<TestFailure['compared']> }): React.ReactNode {
  const rows = sideBySide(compared.expected, compared.got);
  if (rows.every(({ isSame }) => isSame)) return null;
  return (
    <table className="tests-compared mono">
      <thead>
        <tr>
          <th scope="col">expected</th>
          <th scope="col">got</th>
        </tr>
      </thead>
      <tbody>
        {shortened(rows).map((row, index) =>
          row === null ? (
            <tr key={index}>
              <td colSpan={2} className="faint">
                …
              </td>
            </tr>
          ) : (
            <tr key={index} className={row.isSame ? '' : 'is-other'}>
              <Side row={row} text={row.expected} />
              <Side row={row} text={row.got} />
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function Side({ row, text }: { readonly row: SideRow; readonly text: string | null }): React.ReactNode {
  return <td style={{ paddingLeft: 6 + row.depth * 12 }}>{text ?? ''}</td>;
}
