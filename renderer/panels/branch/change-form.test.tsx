import { act, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, onTestFinished } from 'vitest';
import type { BranchEdit } from '../../../node/contract/branch.ts';
import { toProcessId, toSlot } from '../../../node/contract/ids.ts';
import { ChangeForm } from './change-form.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const EDIT: BranchEdit = {
  process: toProcessId('p'.repeat(43)),
  kind: 'edit',
  slot: toSlot(3),
  tags: [
    { name: 'Type', value: 'Message' },
    { name: 'Action', value: 'Mint' },
  ],
  data: '',
  from: null,
};

function Draft(): React.ReactNode {
  const [edit, setEdit] = useState<BranchEdit>(EDIT);
  return <ChangeForm edit={edit} onEdit={setEdit} />;
}

function drawn(): HTMLElement {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  act(() => root.render(<Draft />));
  onTestFinished(() => {
    act(() => root.unmount());
    place.remove();
  });
  return place;
}

const nameField = (place: HTMLElement, number: number): HTMLInputElement => {
  const found = place.querySelector(`[aria-label="Name of tag ${number}"]`);
  if (!(found instanceof HTMLInputElement)) throw new Error(`there is no field for the name of tag ${number}`);
  return found;
};

/** As React hears it from a person: through the element's own setter. */
function type(field: HTMLInputElement, text: string): void {
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

const press = (place: HTMLElement, words: string): void =>
  act(() => [...place.querySelectorAll('button')].find(({ textContent }) => textContent === words)?.click());

it('a tag that is typed stays in its place, also where its name is one of the protocol', () => {
  const place = drawn();
  expect(nameField(place, 1).closest('details')).not.toBeNull();
  press(place, 'Add a tag');
  const field = nameField(place, 3);
  for (const text of ['T', 'Typ', 'Type', 'Types']) {
    type(field, text);
    expect(nameField(place, 3)).toBe(field);
    expect(field.value).toBe(text);
    expect(field.closest('details')).toBeNull();
  }
  // And one that was folded away stays there while its name is written anew.
  const folded = nameField(place, 1);
  type(folded, 'Typ');
  expect(nameField(place, 1)).toBe(folded);
  expect(folded.closest('details')).not.toBeNull();
});

it('what is folded away stays so when a tag before it is taken out', () => {
  const place = drawn();
  press(place, 'Add a tag');
  type(nameField(place, 3), 'Variant');
  const remove = place.querySelector('[aria-label="Remove the tag Type"]');
  act(() => (remove instanceof HTMLElement ? remove.click() : undefined));
  expect(place.querySelector('details')).toBeNull();
  expect(nameField(place, 1).value).toBe('Action');
  expect(nameField(place, 2).value).toBe('Variant');
});
