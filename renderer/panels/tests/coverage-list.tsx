import { useStore } from 'zustand';
import { coveredLines, coveredPercent, type FileCoverage } from '../../../node/contract/tests.ts';
import { processesOf } from '../../commands/file-owner.ts';
import { coverageRows, percentWords, rangeWords, type CoverageRow } from '../../model/coverage.ts';
import { useApp } from '../../stores/app-context.ts';

const RANGES_MAX = 20;

/** Which share of each file ran in the tests, and how many messages each handler took there and on the project's node. */
export function CoverageList({ coverage }: { readonly coverage: readonly FileCoverage[] }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  // Who is made of a file stands in the plan, too: it is worked out anew when that changes.
  useStore(app.plan, (state) => state.processes);
  const rows = coverageRows(world, coverage, (file) => processesOf(app, file));
  const all = coveredLines(coverage);
  return (
    <section className="tests-coverage" aria-label="Coverage" tabIndex={0}>
      {rows.length === 0 ? (
        <p className="faint">No line of a file of this project ran in the tests.</p>
      ) : (
        <table>
          <caption>
            {all.hit} of {all.found} lines ran, {percentWords(coveredPercent(coverage))}
          </caption>
          <thead>
            <tr>
              <th scope="col">file, handler</th>
              <th scope="col">in tests</th>
              <th scope="col" title="Messages that it took on the node of this project">
                on this node
              </th>
            </tr>
          </thead>
          {rows.map((row) => (
            <FileRows key={row.file} row={row} />
          ))}
        </table>
      )}
    </section>
  );
}

function FileRows({ row }: { readonly row: CoverageRow }): React.ReactNode {
  const app = useApp();
  const open = (line: number): void => {
    app.ui.getState().dock?.openFile(row.file);
    app.editor.getState().wantFocus(row.file, { line, column: 1 });
  };
  return (
    <tbody>
      <tr className="tests-covered-file">
        <th scope="row">
          <button type="button" className="link mono" onClick={() => open(row.notRun[0]?.from ?? 1)}>
            {row.file}
          </button>
        </th>
        {row.isUnreadable ? (
          <td title="What of it could run is not known: it counts for no share">cannot be read as Lua</td>
        ) : (
          <td>
            {row.hit}/{row.found} lines, {percentWords(row.percent)}
          </td>
        )}
        <td />
      </tr>
      {row.notRun.length > 0 && (
        <tr>
          <td colSpan={3} className="tests-not-run">
            <span className="faint">Did not run: </span>
            {row.notRun.slice(0, RANGES_MAX).map((range) => (
              <button key={range.from} type="button" className="link" title={`Go to line ${range.from}`} onClick={() => open(range.from)}>
                {rangeWords(range)}
              </button>
            ))}
            {row.notRun.length > RANGES_MAX && <span className="faint"> and {row.notRun.length - RANGES_MAX} more</span>}
          </td>
        </tr>
      )}
      {row.handlers.map(({ name, line, inTests, live }) => (
        <tr key={`${line} ${name}`}>
          <th scope="row">
            <button type="button" className="link" onClick={() => open(line)}>
              {name}
            </button>
          </th>
          <td className={inTests === 0 ? 'is-never' : ''}>{inTests === 0 ? 'never' : `${inTests.toLocaleString('en-US')}×`}</td>
          <td>{live === null ? '' : `${live.toLocaleString('en-US')}×`}</td>
        </tr>
      ))}
    </tbody>
  );
}
