/** Lays out the package in `folder`. @returns its path. */
export function layOutPackage(folder?: string): string;
