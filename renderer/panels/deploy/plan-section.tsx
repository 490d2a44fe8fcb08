import { ClipboardList } from 'lucide-react';
import { useStore } from 'zustand';
import { markedText } from '../../../node/base/marked-text.ts';
import type { CodeChange, DeployPlan, PlanStep, PlanUpload } from '../../../node/contract/deploy.ts';
import type { RunWay } from '../../../node/contract/topology.ts';
import { useApp } from '../../stores/app-context.ts';
import { mayPlan } from '../../stores/deploy-run.ts';
import { Button } from '../../widgets/button.tsx';
import { bytesText } from '../../widgets/bytes-text.ts';
import { shortId } from '../../widgets/short-id.ts';
import { StepEnd, Stop } from './step-end.tsx';

const DOES: Readonly<Record<PlanStep['does'], string>> = {
  spawn: 'spawn',
  evaluate: 'evaluate the new code into it',
  keep: 'leave as it is: it runs what the files say',
  leave: 'leave as it is: what was changed takes a new process',
  broken: 'leave as it is: it could not boot, and a new process would take its place',
};
const WINSTON_IN_AR = 1e12;

/** What a deployment would do; nothing is signed for it. */
export function PlanSection(): React.ReactNode {
  const app = useApp();
  const state = useStore(app.deploy);
  const { plan, how, busy, wallet } = state;
  const way = (one: RunWay, words: string): React.ReactNode => (
    <label>
      <input
        type="radio"
        name="deploy-way"
        checked={how === one}
        disabled={busy !== null}
        onChange={() => app.deploy.getState().choose({ how: one })}
      />{' '}
      {words}
    </label>
  );
  return (
    <section aria-labelledby="deploy-plan">
      <h2 id="deploy-plan">1. Plan</h2>
      <div className="deploy-inline" role="radiogroup" aria-label="Where code was changed since it was deployed">
        <span className="dim">Changed code:</span> {way('evaluate', 'into the process, which keeps its state')}
        {way('respawn', 'a new process')}
      </div>
      <div className="deploy-buttons">
        <Button
          look={plan === null ? 'primary' : 'plain'}
          disabled={!mayPlan(state)}
          aria-busy={busy === 'planning'}
          onClick={() => void app.commands.run('deploy.plan')}
        >
          <ClipboardList size={14} aria-hidden /> {plan === null ? 'Make a plan' : 'Plan again'}
        </Button>
        {busy === 'planning' && <Stop words="Looking at files, receipts and network…" />}
        {wallet === null && <span className="dim">It takes a wallet: make or import one.</span>}
      </div>
      <StepEnd step="planning" stopped="Stopped." />
      {plan !== null && <PlanView plan={plan} />}
    </section>
  );
}

function PlanView({
  plan: { network, wallet, uploads, steps, besides, warnings, isDone },
}: {
  readonly plan: DeployPlan;
}): React.ReactNode {
  return (
    <div className="deploy-plan">
      <p>
        To <b>{network}</b>, signed by{' '}
        <span className="mono" title={wallet}>
          {shortId(wallet)}
        </span>
        {isDone && <b>. There is nothing to do.</b>}
      </p>
      <ol aria-label="What it would do">
        {uploads.map((upload) => (
          <li key={upload.module}>
            upload the module <b>{upload.module}</b> <span className="dim">{costOf(upload)}</span>
            {upload.sha256 !== null && <div className="deploy-more mono">SHA-256 {upload.sha256}</div>}
          </li>
        ))}
        {steps.map((step) => (
          <StepRow key={step.name} step={step} />
        ))}
        {besides.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      {warnings.map((text) => (
        <p key={text} className="deploy-note">
          {markedText(text)}
        </p>
      ))}
    </div>
  );
}

function costOf({ bytes, price }: PlanUpload): string {
  if (bytes === 0) return 'whose size and price are known once it is compiled';
  const size = bytesText(bytes);
  if (price === null) return `${size}, whose price the network does not say`;
  return `${size}, ${(Number(price) / WINSTON_IN_AR).toFixed(6)} AR`;
}

function StepRow({ step }: { readonly step: PlanStep }): React.ReactNode {
  const { name, does, process, module, moduleId, files, codeBytes, code, tags, cron, needs, start, startTags, startData, change } = step;
  const isDone = does === 'spawn' || does === 'evaluate';
  return (
    <li>
      <b>{name}</b>{' '}
      {process !== null && (
        <span className="mono dim" title={process}>
          {shortId(process)}
        </span>
      )}{' '}
      <span className={isDone ? '' : 'dim'}>{DOES[does]}</span>
      {isDone && (
        <div className="deploy-more">
          <span>
            module {module}
            {moduleId !== null && `, uploaded before as ${moduleId}`}
          </span>
          <span>
            {files.join(', ')}
            {codeBytes > 0 && `, ${bytesText(codeBytes)}`}
          </span>
          {Object.entries(tags).map(([tag, value]) => (
            <span key={tag}>
              tag {tag}: {markedText(value)}
            </span>
          ))}
          {cron.map((every) => (
            <span key={every}>cron {every}</span>
          ))}
          {needs.length > 0 && <span>after {needs.join(', ')}</span>}
          {start !== null && does === 'spawn' && (
            <span>
              then a message {start}
              {startTags.length > 0 && ` (${startTags.map((tag) => `${tag.name}: ${tag.value}`).join(', ')})`}
              {startData !== '' && `, with the data ${markedText(startData)}`}
            </span>
          )}
          {process !== null && change === null && <span>the code that runs was not found on the network: no difference is shown</span>}
        </div>
      )}
      {change !== null && <Change of={change} name={name} />}
      {isDone && change === null && code !== '' && (
        <details className="deploy-change">
          <summary>All of its code</summary>
          <pre tabIndex={0} aria-label={`Code of ${name}`}>
            {markedText(code)}
          </pre>
        </details>
      )}
    </li>
  );
}

const MARKS = { same: ' ', out: '-', in: '+' } as const;

/** The code of the files against that which runs. */
function Change({ of, name }: { readonly of: CodeChange; readonly name: string }): React.ReactNode {
  return (
    <details className="deploy-change" open={of.in + of.out <= 12}>
      <summary>
        {of.out} {of.out === 1 ? 'line' : 'lines'} out, {of.in} in, against what runs
      </summary>
      <pre tabIndex={0} aria-label={`How the code of ${name} changes`}>
        {of.parts.map((part, at) => (
          <span key={at}>
            {at > 0 && '…\n'}
            {part.map(({ is, text }, line) => (
              <span key={line} className={`deploy-line ${is}`}>
                {`${MARKS[is]} ${markedText(text)}\n`}
              </span>
            ))}
          </span>
        ))}
        {of.unshown > 0 && `… ${of.unshown} lines more\n`}
      </pre>
    </details>
  );
}
