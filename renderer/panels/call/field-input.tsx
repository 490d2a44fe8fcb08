import { useId } from 'react';
import { useStore } from 'zustand';
import { problemOf, type Field } from '../../model/call-shapes.ts';
import { useApp } from '../../stores/app-context.ts';
import { shortId } from '../../widgets/short-id.ts';

const HINTS: Readonly<Record<Field['kind'], string>> = {
  text: '',
  number: 'a number',
  address: 'an id, or the name of a process',
  party: 'an id or a name',
  json: 'JSON',
};

/** Where a value is entered, as its kind asks for it: with what stood there before, and for ids with the names of processes. */
export function FieldInput({
  id,
  label,
  field,
  value,
  isLong = false,
  onChange,
}: {
  readonly id?: string;
  /** Its name, where no label of the page gives it one. */
  readonly label?: string;
  readonly field: Field;
  readonly value: string;
  /** Text of many lines may stand there. */
  readonly isLong?: boolean;
  onChange(value: string): void;
}): React.ReactNode {
  const own = useId();
  const problem = problemOf(field.kind, value);
  const shared = {
    className: 'field',
    spellCheck: false,
    placeholder: HINTS[field.kind],
    value,
    ...(id === undefined ? {} : { id }),
    ...(label === undefined ? {} : { 'aria-label': label }),
    ...(problem === null ? {} : { 'aria-invalid': true, 'aria-describedby': `${own}-problem` }),
  };
  return (
    <div className="call-value">
      {isLong || field.kind === 'json' ? (
        <textarea
          {...shared}
          rows={Math.min(8, Math.max(isLong ? 2 : 1, value.split('\n').length))}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <OneLine shared={shared} list={`${own}-list`} field={field} onChange={onChange} />
      )}
      {problem !== null && (
        <span id={`${own}-problem`} className="call-problem">
          {problem}
        </span>
      )}
    </div>
  );
}

function OneLine({
  shared,
  list,
  field,
  onChange,
}: {
  readonly shared: React.ComponentProps<'input'> & { readonly value: string };
  readonly list: string;
  readonly field: Field;
  onChange(value: string): void;
}): React.ReactNode {
  const app = useApp();
  const processes = useStore(app.world, (state) => state.world.processes);
  const isAddress = field.kind === 'address' || field.kind === 'party';
  /** The name of a process stands for its id, once it is typed to its end. Where a name is a value of its own, it stays. */
  const takeName = (): void => {
    const named = field.kind === 'address' ? processes.find(({ name }) => name === shared.value)?.id : undefined;
    if (named !== undefined) onChange(named);
  };
  return (
    <>
      <input
        {...shared}
        list={list}
        inputMode={field.kind === 'number' ? 'decimal' : 'text'}
        onChange={(event) => onChange(event.target.value)}
        onBlur={takeName}
        // Before the form is sent.
        onKeyDown={({ key }) => key === 'Enter' && takeName()}
      />
      <datalist id={list}>
        {isAddress &&
          processes.map(({ id, name }) => (
            <option key={id} value={id}>
              {name ?? shortId(id)}
            </option>
          ))}
        {field.values
          .filter((one) => !isAddress || processes.every(({ id }) => id !== one))
          .map((one) => (
            <option key={one} value={one} />
          ))}
      </datalist>
    </>
  );
}
