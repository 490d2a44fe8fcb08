import './widgets.css';

interface ButtonProps extends Omit<React.ComponentPropsWithRef<'button'>, 'type' | 'title'> {
  /** What it does, in words: its name for a screen reader and its tip, where the button shows only a picture. */
  readonly label?: string;
  readonly look?: 'plain' | 'primary' | 'quiet';
  readonly isSmall?: boolean;
  readonly isIcon?: boolean;
  /** Sends the form around it. */
  readonly type?: 'submit';
}

/** A push button. */
export function Button({ label, look = 'plain', isSmall = false, isIcon = false, className = '', ...rest }: ButtonProps): React.ReactNode {
  const classes = ['button', look === 'plain' ? '' : look, isSmall ? 'small' : '', isIcon ? 'icon' : '', className];
  return (
    <button
      type="button"
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
      {...rest}
      className={classes.filter(Boolean).join(' ')}
    />
  );
}
