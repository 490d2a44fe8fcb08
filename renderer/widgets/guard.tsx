import { Component } from 'react';
import { AoError, reasonOf } from '../../node/contract/errors.ts';
import { Button } from './button.tsx';
import { ErrorText } from './error-text.tsx';
import './widgets.css';

interface GuardProps {
  /** What the person calls this part of the window. */
  readonly name: string;
  readonly children: React.ReactNode;
}

/**
 * A fault in one part of the window stays in that part: the others go on, and the person can draw it again. React knows
 * no other form of this than a class.
 */
export class Guard extends Component<GuardProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): React.ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="panel guard">
        <ErrorText
          error={error instanceof AoError ? error : new AoError('PANEL_BROKEN', { panel: this.props.name, reason: reasonOf(error) })}
        />
        <Button isSmall onClick={() => this.setState({ error: null })}>
          Show it again
        </Button>
      </div>
    );
  }
}
