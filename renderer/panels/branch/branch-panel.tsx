import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { BranchInfo } from '../../../node/contract/branch.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { BranchResult } from './branch-result.tsx';
import { DraftForm } from './draft-form.tsx';
import './branch.css';

/** What if: another future beside the recorded one, which is never edited. */
export function BranchPanel(): React.ReactNode {
  const app = useApp();
  const draft = useStore(app.branch, (state) => state.draft);
  const shown = useStore(app.branch, (state) => state.shown);
  useEffect(() => {
    app.branch.getState().refresh().catch(app.ui.getState().fail);
  }, [app]);
  if (draft !== null) return <DraftForm draft={draft} />;
  if (shown !== null) return <BranchResult key={shown.info.id} shown={shown} />;
  return <BranchList />;
}

const BEGINNINGS = [
  ['branch.edit', 'Edit it'],
  ['branch.drop', 'Leave it out'],
  ['branch.delay', 'Let it come later'],
  ['branch.repeat', 'Deliver it twice'],
  ['branch.insert', 'Put one after it'],
  ['branch.clock', 'Another time'],
  ['branch.code', 'Run the open file instead'],
] as const;

function BranchList(): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const branches = useStore(app.branch, (state) => state.branches);
  // What can be begun depends on the focus and on the file that is open.
  useStore(app.focus, (state) => state.focus);
  useStore(app.editor, (state) => state.active);
  useStore(app.world, (state) => state.world);
  return (
    <div className="panel branch">
      <div className="pane-body branch-body" tabIndex={0} role="group" aria-label="Branches">
        <section className="branch-part" aria-labelledby="branch-new">
          <h3 id="branch-new">What if the message in focus had been another?</h3>
          <div className="branch-choices">
            {BEGINNINGS.map(([command, title]) => (
              <Button key={command} isSmall disabled={!app.commands.isEnabled(command)} onClick={() => void app.commands.run(command)}>
                {withKeys(title, command)}
              </Button>
            ))}
          </div>
          <p className="faint">The recorded history stays as it is: a branch runs beside it and shows where it goes another way.</p>
        </section>
        {branches.length > 0 && (
          <section className="branch-part" aria-labelledby="branch-kept">
            <h3 id="branch-kept">Branches</h3>
            <ul>
              {branches.map((info) => (
                <BranchRow key={info.id} info={info} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

function BranchRow({ info }: { readonly info: BranchInfo }): React.ReactNode {
  const app = useApp();
  const { id, name, edits, createdMs } = info;
  const open = (): void => app.branch.getState().open(info);
  return (
    <li className="branch-row">
      <button type="button" onClick={open}>
        {name}
      </button>
      <span className="faint">
        {edits.length} {edits.length === 1 ? 'change' : 'changes'} · {new Date(createdMs).toLocaleString('en-GB', WHEN)}
      </span>
      <Button
        look="quiet"
        isSmall
        label={`Look at it like the main line: ${name}`}
        onClick={() => void app.commands.run('branch.walk', String(id))}
      >
        Look at it
      </Button>
      <Button
        look="quiet"
        isSmall
        label={`Throw away: ${name}`}
        onClick={() => void app.branch.getState().drop(id).catch(app.ui.getState().fail)}
      >
        Throw away
      </Button>
    </li>
  );
}

const WHEN = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
