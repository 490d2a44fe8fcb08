import { useStore } from 'zustand';
import type { ToSign } from '../../node/contract/deploy.ts';
import { useApp } from '../stores/app-context.ts';
import { Button } from '../widgets/button.tsx';
import { bytesText } from '../widgets/bytes-text.ts';
import { FormDialog } from '../widgets/form-dialog.tsx';
import './sign-dialog.css';

/** Shows what is about to be signed for a network of others. Nothing while nothing is; closing it is a no. */
export function SignDialog(): React.ReactNode {
  const app = useApp();
  const asks = useStore(app.deploy, (state) => state.asks);
  if (asks === null) return null;
  const { answer } = app.deploy.getState();
  return (
    <FormDialog className="sign-dialog" title={`Sign for ${asks.item.network}?`} onClose={() => answer('none')}>
      <Shown key={asks.number} item={asks.item} />
      <div className="answers">
        <Button autoFocus onClick={() => answer('none')}>
          Do not sign
        </Button>
        <Button onClick={() => answer('all')}>Sign this and all that follow</Button>
        <Button look="primary" onClick={() => answer('one')}>
          Sign this one
        </Button>
      </div>
    </FormDialog>
  );
}

function Shown({ item: { what, wallet, target, tags, dataBytes, text } }: { readonly item: ToSign }): React.ReactNode {
  return (
    <>
      <p>
        <b>{what}</b>
      </p>
      <dl>
        <dt>Signed by</dt>
        <dd className="mono">{wallet}</dd>
        <dt>Target</dt>
        <dd className="mono">{target === '' ? 'none' : target}</dd>
      </dl>
      <div className="sign-tags" role="group" aria-label="Tags" tabIndex={0}>
        <table aria-label="Tags">
          <tbody>
            {tags.map(({ name, value }, at) => (
              <tr key={at}>
                <th scope="row">{name}</th>
                <td className="mono">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>Data: {dataBytes === 0 ? 'none' : `${bytesText(dataBytes)}${text === null ? ', which is no text' : ''}`}</p>
      {text !== null && dataBytes > 0 && (
        <pre tabIndex={0} aria-label="Data">
          {text}
          {text.length < dataBytes && new TextEncoder().encode(text).length < dataBytes && '\n… and more'}
        </pre>
      )}
    </>
  );
}
