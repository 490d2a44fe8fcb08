import { Check, FlaskConical, Send, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { Compared, Deployed, RehearsedFork } from '../../../node/contract/deploy.ts';
import { hasPassed } from '../../../node/contract/tests.ts';
import type { RanProcess } from '../../../node/contract/topology.ts';
import { useApp } from '../../stores/app-context.ts';
import { isLocked, isPlanned, mayDeploy, mayRehearse, type Rehearsal } from '../../stores/deploy-run.ts';
import { Button } from '../../widgets/button.tsx';
import { shortId } from '../../widgets/short-id.ts';
import { bringIntoView, StepEnd, Stop } from './step-end.tsx';

/** Rehearse, deploy, verify. */
export function RunSection(): React.ReactNode {
  const app = useApp();
  const state = useStore(app.deploy);
  const { rehearsal, deployed, signed, busy, withTests, wallet } = state;
  const run = (command: string): void => void app.commands.run(command);
  return (
    <>
      <section aria-labelledby="deploy-rehearse">
        <h2 id="deploy-rehearse">2. Rehearse</h2>
        <p className="dim">
          All of it on a node of this computer, from nothing on, signed with a key that is made for it and thrown away; new code also on a
          fork of the process that lives there. Nothing is sent; modules and data that are not here are read from the gateway of the
          network.
        </p>
        <div className="deploy-buttons">
          <Button
            look={isPlanned(state) && rehearsal === null ? 'primary' : 'plain'}
            disabled={!mayRehearse(state)}
            aria-busy={busy === 'rehearsing'}
            onClick={() => run('deploy.rehearse')}
          >
            <FlaskConical size={14} aria-hidden /> Rehearse
          </Button>
          <label className="deploy-check">
            <input
              type="checkbox"
              checked={withTests}
              disabled={busy !== null}
              onChange={(event) => app.deploy.getState().choose({ withTests: event.target.checked })}
            />{' '}
            with the project’s tests
          </label>
          {busy === 'rehearsing' && <Stop words="Rehearsing…" />}
        </div>
        {rehearsal !== null && <RehearsalView of={rehearsal} />}
        <StepEnd step="rehearsing" stopped="Stopped. Nothing left this computer." />
      </section>
      <section aria-labelledby="deploy-run">
        <h2 id="deploy-run">3. Deploy</h2>
        <p className="dim">Before each signature you see what is signed.</p>
        <div className="deploy-buttons">
          <Button
            look={rehearsal !== null && deployed === null ? 'primary' : 'plain'}
            disabled={!mayDeploy(state)}
            aria-busy={busy === 'deploying'}
            onClick={() => run('deploy.run')}
          >
            <Send size={14} aria-hidden /> Sign and deploy…
          </Button>
          {busy === 'deploying' && <Stop words="Deploying…" />}
          {isPlanned(state) && isLocked(state) && <span className="dim">Unlock {wallet} first.</span>}
        </div>
        {signed.length > 0 && <Signed all={signed} />}
        {deployed !== null && <DeployedView of={deployed} />}
        <StepEnd
          step="deploying"
          stopped={`Stopped. ${signed.length === 0 ? 'Nothing was sent.' : 'What was signed before was sent; plan again, and the rest follows.'}`}
        />
      </section>
    </>
  );
}

function RehearsalView({ of: { processes, forks, tests, tookMs } }: { readonly of: Rehearsal }): React.ReactNode {
  return (
    <div role="status" ref={bringIntoView}>
      <p>Rehearsed in {tookMs.toLocaleString('en-US')} ms.</p>
      <ul className="deploy-results" aria-label="What the rehearsal ended in">
        {processes.map((one) => (
          <RanRow key={one.name} of={one} words="ran" />
        ))}
        {forks.map((one) => (
          <ForkRow key={one.name} of={one} />
        ))}
        {tests !== null && (
          <li>
            <Mark isWell={hasPassed(tests)} /> {tests.passed} {tests.passed === 1 ? 'test' : 'tests'} passed
            {tests.failed > 0 && `, ${tests.failed} failed: see Tests`}
            {tests.broken > 0 && `, ${tests.broken} ${tests.broken === 1 ? 'file' : 'files'} could not be gone through: see Tests`}
          </li>
        )}
        {tests === null && <li className="dim">without tests</li>}
      </ul>
    </div>
  );
}

/** New code on the real state of the live process that it goes into. */
function ForkRow({ of: { name, slots, reason, error } }: { readonly of: RehearsedFork }): React.ReactNode {
  if (reason !== null)
    return (
      <li className="dim">
        {name}: not rehearsed on its real state: {reason}
      </li>
    );
  return (
    <li>
      <Mark isWell={error === null} /> <b>{name}</b> took the new code on a fork of its {slots.toLocaleString('en-US')}{' '}
      {slots === 1 ? 'slot' : 'slots'} {error !== null && <span className="deploy-bad">{error}</span>}
    </li>
  );
}

function RanRow({ of: { name, process, error }, words }: { readonly of: RanProcess; readonly words: string }): React.ReactNode {
  return (
    <li>
      <Mark isWell={error === null} /> <b>{name}</b>{' '}
      <span className="mono dim" title={process}>
        {shortId(process)}
      </span>{' '}
      {error === null ? words : <span className="deploy-bad">{error}</span>}
    </li>
  );
}

function Mark({ isWell: is }: { readonly isWell: boolean }): React.ReactNode {
  return is ? (
    <Check size={12} className="deploy-ok" aria-label="well" />
  ) : (
    <TriangleAlert size={12} className="deploy-bad" aria-label="not well" />
  );
}

function Signed({ all }: { readonly all: readonly { readonly what: string; readonly id: string }[] }): React.ReactNode {
  return (
    <ul className="deploy-results" aria-label="What was signed" aria-live="polite">
      {all.map(({ what, id }) => (
        <li key={id}>
          signed {what}{' '}
          <span className="mono dim" title={id}>
            {shortId(id)}
          </span>
        </li>
      ))}
    </ul>
  );
}

const DID: Readonly<Record<RanProcess['did'], string>> = {
  spawned: 'was spawned',
  evaluated: 'was given the new code',
  kept: 'was left as it is',
  left: 'was left: what was changed takes a new process',
};

function DeployedView({ of: { processes, compared } }: { readonly of: Deployed }): React.ReactNode {
  return (
    <div role="status" className="deploy-end" ref={bringIntoView}>
      <h3>Deployed, and compared with the rehearsal</h3>
      <ul className="deploy-results" aria-label="What was deployed">
        {processes.map((one) => (
          <RanRow key={one.name} of={one} words={DID[one.did]} />
        ))}
        {compared.map((one) => (
          <ComparedRow key={one.name} of={one} />
        ))}
      </ul>
      <p className="dim">The receipts stand in aoscope.deployments.json. Keep it in version control: it says what not to spawn again.</p>
    </div>
  );
}

function ComparedRow({ of: { name, is, difference } }: { readonly of: Compared }): React.ReactNode {
  if (is === 'other') return <li className="dim">{name} has a past that the rehearsal did not have: not compared</li>;
  if (is === 'unknown') return <li className="dim">{name}: the network did not say what became of its code</li>;
  return (
    <li>
      <Mark isWell={is === 'equal'} /> {name} answered {is === 'equal' ? 'as in the rehearsal' : 'otherwise than in the rehearsal'}
      {difference !== null && (
        <dl>
          <dt>{difference.part} on the network</dt>
          <dd className="mono">{difference.network}</dd>
          <dt>in the rehearsal</dt>
          <dd className="mono">{difference.rehearsal}</dd>
        </dl>
      )}
    </li>
  );
}
