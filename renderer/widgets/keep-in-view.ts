import { useEffect, type RefObject } from 'react';

/** What is chosen in a list stays in sight when the list is made lower, where it was in sight before. */
export function useKeepInView(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const box = list.current;
    if (box === null) return;
    let height = box.clientHeight;
    const watcher = new ResizeObserver(() => {
      const before = height;
      height = box.clientHeight;
      // A pane that is not shown has no height.
      if (height > 0 && height < before) follow(box, before);
    });
    watcher.observe(box);
    return () => watcher.disconnect();
  }, [list]);
}

function follow(box: HTMLElement, before: number): void {
  const chosen = box.querySelector('[aria-selected="true"]');
  if (chosen === null) return;
  const { top } = box.getBoundingClientRect();
  const place = chosen.getBoundingClientRect();
  const wasInView = place.top < top + before && place.bottom > top;
  const under = place.bottom - (top + box.clientHeight);
  if (wasInView && under > 0) box.scrollTop += under;
}
