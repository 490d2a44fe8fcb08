import { toWireError } from '../../node/contract/errors.ts';
import { useSpoken } from './spoken.ts';
import './widgets.css';

/** An error in the place where the person looks: sentence, cure, code. */
export function ErrorText({ error }: { readonly error: unknown }): React.ReactNode {
  const wire = toWireError(error);
  const spoken = useSpoken();
  return (
    <div className="error-text" role="alert">
      <span style={{ color: 'var(--error)' }}>{spoken(wire.message)}</span>
      <span className="cure">{wire.cure}</span>
      <span className="code">{wire.code}</span>
    </div>
  );
}
