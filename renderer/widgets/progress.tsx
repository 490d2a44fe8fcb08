import { ErrorText } from './error-text.tsx';
import './widgets.css';

/** The thin bar while an answer takes its time, and the error when there is none. */
export function Progress({ asked }: { readonly asked: { readonly isSlow: boolean; readonly error: unknown } }): React.ReactNode {
  return (
    <>
      {asked.isSlow && <div className="waiting-bar" role="progressbar" aria-label="Asking the node" />}
      {asked.error !== null && asked.error !== undefined && <ErrorText error={asked.error} />}
    </>
  );
}
