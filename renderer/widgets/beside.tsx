import { useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

const GAP_PX = 4;

interface BesideProps {
  /** What it belongs to, which keeps the keyboard. */
  readonly box: React.RefObject<HTMLElement | null>;
  readonly className: string;
  readonly leastWidthPx: number;
  /** The most that it takes. */
  readonly heightPx: number;
  readonly children: React.ReactNode;
}

/**
 * What floats below a field while one types there, or above it where there is no room. Where it goes is measured when it opens
 * and when the field or the window has another size: with every letter, as a popover does it, it would cost more than to find what is shown.
 */
export function Beside({ box, className, leastWidthPx, heightPx, children }: BesideProps): React.ReactNode {
  const own = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const field = box.current;
    const style = own.current?.style;
    if (field === null || style === undefined) return;
    const put = (): void => {
      const { left, top, bottom, width } = field.getBoundingClientRect();
      const isBelow = innerHeight - bottom >= Math.min(heightPx, top);
      const ownWidth = Math.max(width, leastWidthPx);
      style.width = `${ownWidth}px`;
      style.left = `${Math.max(0, Math.min(left, innerWidth - ownWidth))}px`;
      style.top = isBelow ? `${bottom + GAP_PX}px` : 'auto';
      style.bottom = isBelow ? 'auto' : `${innerHeight - top + GAP_PX}px`;
    };
    put();
    const moved = new ResizeObserver(put);
    moved.observe(field);
    addEventListener('resize', put);
    return () => {
      moved.disconnect();
      removeEventListener('resize', put);
    };
  }, [box, leastWidthPx, heightPx]);
  return createPortal(
    <div ref={own} className={`popover beside ${className}`} onMouseDown={(event) => event.preventDefault()}>
      {children}
    </div>,
    document.body,
  );
}
