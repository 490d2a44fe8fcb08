import './widgets.css';

/** What a pane says while it has nothing to show, with the one action that fills it. */
export function Empty({ children }: { readonly children: React.ReactNode }): React.ReactNode {
  return <div className="empty">{children}</div>;
}
