/** A browser of Chromium's kind on this machine; undefined when there is none. */
export function findChromium(): string | undefined;
