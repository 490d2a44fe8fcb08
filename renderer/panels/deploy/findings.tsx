import { Check, CircleDashed, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { Finding } from '../../../node/contract/deploy.ts';
import type { RemoteNetwork } from '../../../node/contract/networks.ts';
import { useApp } from '../../stores/app-context.ts';

const FIELDS: Readonly<Record<string, string>> = {
  gateway: 'Gateway',
  graphql: 'GraphQL',
  su: 'Scheduler',
  cu: 'Compute',
  mu: 'Messenger',
  upload: 'Uploads',
  authority: 'Authority',
  node: 'Node',
};

/** The addresses of a network; once it was examined what each of them answered. */
export function Findings({ name, network }: { readonly name: string; readonly network: RemoteNetwork }): React.ReactNode {
  const app = useApp();
  const findings = useStore(app.deploy, (state) => state.findings.get(name));
  const isUnderWay = useStore(app.deploy, (state) => state.examining === name);
  if (findings === undefined)
    return (
      <ul className="deploy-addresses" aria-label={`Addresses of ${name}`}>
        {Object.entries(network).flatMap(([field, value]) =>
          typeof value === 'string' && FIELDS[field] !== undefined
            ? [
                <li key={field}>
                  <span className="dim">{FIELDS[field]}</span> <span className="mono">{value}</span>
                </li>,
              ]
            : [],
        )}
      </ul>
    );
  return (
    <ul className="deploy-addresses" aria-label={`What ${name} answers`} aria-busy={isUnderWay}>
      {findings.map((finding) => (
        <FindingRow key={`${finding.what} ${finding.url}`} finding={finding} />
      ))}
      {isUnderWay && (
        <li role="status">
          <CircleDashed size={12} aria-hidden /> Asking…
        </li>
      )}
    </ul>
  );
}

function FindingRow({ finding: { what, url, answer, tookMs, fault } }: { readonly finding: Finding }): React.ReactNode {
  if (fault === null)
    return (
      <li>
        <Check size={12} className="deploy-ok" aria-label="well" /> {what} <span className="mono dim">{url}</span>{' '}
        <span className="dim">
          {answer} ({tookMs} ms)
        </span>
      </li>
    );
  return (
    <li>
      <TriangleAlert size={12} className="deploy-bad" aria-label="not well" /> {fault.message} <span className="dim">{fault.cure}</span>
    </li>
  );
}
