import { Check, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ItemId } from '../../../node/contract/ids.ts';
import type { SignedField, SignedForm } from '../../../node/contract/signed-form.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Button } from '../../widgets/button.tsx';
import { bytesText } from '../../widgets/bytes-text.ts';
import { Progress } from '../../widgets/progress.tsx';
import { Section } from './parts.tsx';
import './signed-bytes.css';

const LINE_BYTES = 8;
const PAGE_BYTES = 256;

/** The item byte by byte as it was signed: a field shows its bytes, a byte its field; id and signature are checked anew. */
export function SignedBytes({ id }: { readonly id: ItemId }): React.ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="signed" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>As it was signed</summary>
      {isOpen && <Opened key={id} id={id} />}
    </details>
  );
}

function Opened({ id }: { readonly id: ItemId }): React.ReactNode {
  const [from, setFrom] = useState(0);
  const [picked, setPicked] = useState<SignedField['name']>('signature type');
  const asked = useAnswer('gateway.signed', { id, from, limit: PAGE_BYTES });
  const form = asked.value?.form;
  const show = (field: SignedField): void => {
    setPicked(field.name);
    setFrom(field.start - (field.start % LINE_BYTES));
  };
  return (
    <>
      <Progress asked={asked} />
      {form === null && <p className="faint">The gateway has only what it carries, not the item as it was signed.</p>}
      {form !== null && form !== undefined && (
        <>
          <Verdict isRight={form.isIdRight} right="The id is the hash of the signature." wrong="The id is not the hash of the signature." />
          <Verdict
            isRight={form.isSignatureValid}
            right="The signature belongs to these bytes."
            wrong="The signature does not belong to these bytes."
          />
          <Section title="Bytes" note={bytesText(form.totalBytes)}>
            <Fields form={form} picked={picked} onPick={show} />
            <Dump form={form} picked={picked} onPick={setPicked} />
            <Pages form={form} onFrom={setFrom} />
          </Section>
        </>
      )}
    </>
  );
}

function Verdict({
  isRight,
  right,
  wrong,
}: {
  readonly isRight: boolean;
  readonly right: string;
  readonly wrong: string;
}): React.ReactNode {
  return (
    <p className={`signed-verdict${isRight ? '' : ' is-wrong'}`}>
      {isRight ? <Check size={13} aria-hidden /> : <TriangleAlert size={13} aria-hidden />}
      {isRight ? right : wrong}
    </p>
  );
}

interface FieldsProps {
  readonly form: SignedForm;
  readonly picked: SignedField['name'];
  onPick(field: SignedField): void;
}

function Fields({ form, picked, onPick }: FieldsProps): React.ReactNode {
  return (
    <div className="signed-fields" role="group" aria-label="Fields of the item">
      {form.fields.map((field) => (
        <button key={field.name} type="button" aria-pressed={field.name === picked} onClick={() => onPick(field)}>
          {field.name} <small>{bytesText(field.end - field.start)}</small>
        </button>
      ))}
    </div>
  );
}

interface DumpProps {
  readonly form: SignedForm;
  readonly picked: SignedField['name'];
  onPick(name: SignedField['name']): void;
}

function Dump({ form, picked, onPick }: DumpProps): React.ReactNode {
  const bytes = Uint8Array.from(atob(form.bytes.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  const lines = Array.from({ length: Math.ceil(bytes.length / LINE_BYTES) }, (_, line) => line * LINE_BYTES);
  const fieldAt = (at: number): SignedField | undefined => form.fields.find(({ start, end }) => at >= start && at < end);
  const isPicked = (at: number): boolean => fieldAt(at)?.name === picked;
  return (
    <pre className="signed-dump mono" role="region" tabIndex={0} aria-label={`Bytes from ${form.from} on`}>
      {lines.map((line) => {
        const shown = [...bytes.subarray(line, line + LINE_BYTES)];
        const place = (index: number): number => form.from + line + index;
        return (
          <div key={line}>
            <span className="signed-at">{(form.from + line).toString(16).padStart(6, '0')}</span>
            <span className="signed-hex">
              {shown.map((byte, index) => (
                <span
                  key={index}
                  className={isPicked(place(index)) ? 'is-picked' : ''}
                  title={fieldAt(place(index))?.name}
                  onClick={() => {
                    const field = fieldAt(place(index));
                    if (field !== undefined) onPick(field.name);
                  }}
                >
                  {byte.toString(16).padStart(2, '0')}{' '}
                </span>
              ))}
            </span>
            <span className="signed-text">
              {shown.map((byte, index) => (
                <span key={index} className={isPicked(place(index)) ? 'is-picked' : ''}>
                  {byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'}
                </span>
              ))}
            </span>
          </div>
        );
      })}
    </pre>
  );
}

function Pages({ form, onFrom }: { readonly form: SignedForm; onFrom(from: number): void }): React.ReactNode {
  const end = form.from + PAGE_BYTES;
  return (
    <div className="signed-pages">
      <Button look="quiet" isSmall disabled={form.from === 0} onClick={() => onFrom(Math.max(0, form.from - PAGE_BYTES))}>
        Earlier
      </Button>
      <span className="faint">
        {form.from}–{Math.min(end, form.totalBytes)} of {form.totalBytes}
      </span>
      <Button look="quiet" isSmall disabled={end >= form.totalBytes} onClick={() => onFrom(end)}>
        Later
      </Button>
    </div>
  );
}
