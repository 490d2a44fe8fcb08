import { useStore } from 'zustand';
import { markedText } from '../../node/base/marked-text.ts';
import type { ToSign } from '../../node/contract/deploy.ts';
import { useApp } from '../stores/app-context.ts';
import { useGivenNames, type GivenName } from '../stores/use-given-names.ts';
import { Button } from '../widgets/button.tsx';
import { FormDialog } from '../widgets/form-dialog.tsx';
import './sign-dialog.css';

/** Shows what is about to be signed for a network of others. Nothing while nothing is; closing it is a no. */
export function SignDialog(): React.ReactNode {
  const app = useApp();
  const asks = useStore(app.deploy, (state) => state.asks);
  if (asks === null) return null;
  const { answer } = app.deploy.getState();
  return (
    <FormDialog
      className="sign-dialog"
      title={`Sign for ${markedText(asks.item.network)}? It goes to ${asks.item.sentTo}`}
      isKept
      onClose={() => answer('none')}
    >
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

function Shown({ item: { what, wallet, target, tags, dataBytes, sha256, text, warnings } }: { readonly item: ToSign }): React.ReactNode {
  const nameOf = useGivenNames();
  return (
    <>
      <p>
        <b>{markedText(what)}</b>
      </p>
      {warnings.map((warning) => (
        <p key={warning} role="alert" className="sign-warning">
          {markedText(warning)}
        </p>
      ))}
      <dl>
        <dt>Signed by</dt>
        <dd>
          <Address id={wallet} name={nameOf(wallet)} />
        </dd>
        <dt>Target</dt>
        <dd>{target === '' ? 'none' : <Address id={target} name={nameOf(target)} />}</dd>
      </dl>
      <div className="sign-tags" role="group" aria-label="Tags" tabIndex={0}>
        <table aria-label="Tags">
          <tbody>
            {tags.map(({ name, value }, at) => (
              <tr key={at}>
                <th scope="row">{markedText(name)}</th>
                <td>
                  <Address id={value} name={nameOf(value)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        Data:{' '}
        {dataBytes === 0
          ? 'none'
          : `${dataBytes.toLocaleString('en-US')} bytes${text === null ? ', which are no text, or too many to show' : ''}`}
      </p>
      {dataBytes > 0 && (
        <p className="dim">
          SHA-256 <span className="mono">{sha256}</span>
        </p>
      )}
      {text !== null && dataBytes > 0 && (
        <pre tabIndex={0} aria-label="Data">
          {markedText(text)}
        </pre>
      )}
    </>
  );
}

/** All of it, however it is called: a name is only what the person remembers it by. */
function Address({ id, name }: { readonly id: string; readonly name: GivenName | null }): React.ReactNode {
  return (
    <>
      {name?.isOwn === true && <b className="sign-name">{markedText(name.text)} </b>}
      {name?.isOwn === false && <span className="dim">“{markedText(name.text)}”, says this project: </span>}
      <span className="mono">{markedText(id)}</span>
    </>
  );
}
