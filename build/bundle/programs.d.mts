/** Packages that stand for others in every bundle. */
export const ALIAS: Readonly<Record<string, string>>;
