import { useRef } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import './widgets.css';

export interface MenuEntry {
  readonly id: string;
  readonly title: string;
  readonly keys?: string;
  readonly isDisabled?: boolean;
  readonly isDanger?: boolean;
  run(): void;
}

function Entries({
  label,
  entries,
  onDone,
}: {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onDone?: () => void;
}): React.ReactNode {
  return (
    <Menu
      className="menu"
      aria-label={label}
      autoFocus="first"
      disabledKeys={entries.filter((entry) => entry.isDisabled === true).map((entry) => entry.id)}
      onAction={(key) => {
        onDone?.();
        entries.find((entry) => entry.id === key)?.run();
      }}
      {...(onDone === undefined ? {} : { onClose: onDone })}
    >
      {entries.map((entry) => (
        <MenuItem
          key={entry.id}
          id={entry.id}
          textValue={entry.title}
          className={entry.isDanger === true ? 'menu-item danger' : 'menu-item'}
        >
          <span>{entry.title}</span>
          {entry.keys !== undefined && <span className="menu-keys">{entry.keys}</span>}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** A button that opens a menu. */
export function MenuButton(props: {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly className?: string;
  readonly children: React.ReactNode;
}): React.ReactNode {
  return (
    <MenuTrigger>
      <AriaButton aria-label={props.label} className={props.className ?? 'button quiet small icon'}>
        {props.children}
      </AriaButton>
      <Popover className="popover" placement="bottom start">
        <Entries label={props.label} entries={props.entries} />
      </Popover>
    </MenuTrigger>
  );
}

/** A menu at a place of the window, in client pixels. */
export function ContextMenu(props: {
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly entries: readonly MenuEntry[];
  onClose(): void;
}): React.ReactNode {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} style={{ position: 'fixed', left: props.at.x, top: props.at.y, width: 1, height: 1 }} />
      <Popover
        className="popover"
        aria-label={props.label}
        triggerRef={anchor}
        placement="bottom start"
        isOpen
        onOpenChange={(isOpen) => !isOpen && props.onClose()}
      >
        <Entries label={props.label} entries={props.entries} onDone={props.onClose} />
      </Popover>
    </>
  );
}
