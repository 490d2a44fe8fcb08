import { FileCode2 } from 'lucide-react';

/** A line of a file, from 1. */
interface Place {
  readonly path: string;
  readonly line: number;
  open(): void;
}

/** Opens the editor at the line that an error names; nothing where there is none. */
export function PlaceLink({ place }: { readonly place: Place | null }): React.ReactNode {
  if (place === null) return null;
  const { path, line } = place;
  return (
    <button type="button" className="place-link" title={`Open ${path} at line ${line}`} onClick={() => place.open()}>
      <FileCode2 size={11} aria-hidden /> {path}:{line}
    </button>
  );
}
