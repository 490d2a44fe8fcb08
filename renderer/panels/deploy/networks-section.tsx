import { House, Pencil, Plus, Stethoscope, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { NetworkInfo } from '../../../node/contract/deploy.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { shortId } from '../../widgets/short-id.ts';
import { HomeForm } from './home-form.tsx';
import { Findings } from './findings.tsx';
import { NetworkForm } from './network-form.tsx';

/** The networks that there are, how each address of the chosen one is doing, and what runs there. */
export function NetworksSection(): React.ReactNode {
  const app = useApp();
  const networks = useStore(app.deploy, (state) => state.networks);
  const chosen = useStore(app.deploy, (state) => state.network);
  const isBusy = useStore(app.deploy, (state) => state.busy !== null);
  /** The network that is being described; null for a new one. */
  const [form, setForm] = useState<{ readonly of: NetworkInfo | null } | null>(null);
  const network = networks?.find(({ name }) => name === chosen) ?? null;
  return (
    <section aria-labelledby="deploy-networks">
      <h2 id="deploy-networks">Network</h2>
      <div className="deploy-choices" role="radiogroup" aria-labelledby="deploy-networks">
        {(networks ?? []).map((one) => (
          <label key={one.name}>
            <input
              type="radio"
              name="deploy-network"
              checked={one.name === chosen}
              disabled={isBusy}
              onChange={() => app.deploy.getState().choose({ network: one.name })}
            />
            <span>
              <b>{one.name}</b> <span className="dim">{aboutOf(one)}</span>
            </span>
          </label>
        ))}
      </div>
      {network !== null && <Chosen network={network} onEdit={() => setForm({ of: network })} />}
      <Button isSmall disabled={isBusy} onClick={() => setForm({ of: null })}>
        <Plus size={12} aria-hidden /> Add a network…
      </Button>
      {form !== null && <NetworkForm of={form.of} onClose={() => setForm((now) => (now === form ? null : now))} />}
    </section>
  );
}

function aboutOf({ network, receipts, from }: NetworkInfo): string {
  const kind = network.kind === 'units' ? 'units' : 'HyperBEAM node, which is looked at and not deployed to';
  const runs = receipts.length === 0 ? '' : ` · ${receipts.length} deployed`;
  return `${kind}${from === 'app' ? ' · known to the app' : ''}${runs}`;
}

function Chosen({ network: info, onEdit }: { readonly network: NetworkInfo; onEdit(): void }): React.ReactNode {
  const app = useApp();
  const examining = useStore(app.deploy, (state) => state.examining);
  const isBusy = useStore(app.deploy, (state) => state.busy !== null);
  const [isComing, setComing] = useState(false);
  const { name, network, from, receipts } = info;
  const remove = async (): Promise<void> => {
    const { askPerson } = app.ui.getState();
    const sentence = `${name} is taken out of aoscope.json. What runs there goes on, and its receipts stay.`;
    if ((await askPerson(sentence, ['Take it out'])) === null) return;
    await app.link.ask('deploy.keepNetwork', { name, network: null });
  };
  return (
    <>
      <Findings name={name} network={network} />
      <div className="deploy-buttons">
        <Button
          isSmall
          label={`Examine ${name}: ask each of its addresses`}
          disabled={examining !== null}
          onClick={() => void app.deploy.getState().examine(name, network).catch(app.ui.getState().fail)}
        >
          <Stethoscope size={12} aria-hidden /> Examine
        </Button>
        <Button isSmall label={`Edit ${name}`} disabled={isBusy} onClick={onEdit}>
          <Pencil size={12} aria-hidden /> {from === 'app' ? 'Change for this project…' : 'Edit…'}
        </Button>
        {network.kind === 'units' && (
          <Button isSmall disabled={isBusy} onClick={() => setComing(true)}>
            <House size={12} aria-hidden /> Bring a process home…
          </Button>
        )}
        {from === 'project' && (
          <Button isSmall label={`Remove ${name}`} disabled={isBusy} onClick={() => void remove().catch(app.ui.getState().fail)}>
            <Trash2 size={12} aria-hidden /> Remove
          </Button>
        )}
      </div>
      {isComing && <HomeForm network={name} receipts={receipts} onClose={() => setComing(false)} />}
      {receipts.length > 0 && (
        <details className="deploy-receipts">
          <summary>What was deployed to {name}</summary>
          <table>
            <tbody>
              {receipts.map(({ name: process, process: id, code }) => (
                <tr key={process}>
                  <th scope="row">{process}</th>
                  <td className="mono" title={id}>
                    {id}
                  </td>
                  <td className="mono" title={code === null ? '' : `SHA-256 of its code: ${code}`}>
                    {code === null ? '' : `code ${shortId(code)}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}
