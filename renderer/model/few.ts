/** Most lists of a world have one member, and an array of its own for each of a million would weigh more than what is in it. */
export type Few<T extends object> = T | T[] | undefined;

/** The members, in the order in which they came. */
export function each<T extends object>(few: Few<T>): readonly T[] {
  if (few === undefined) return [];
  return Array.isArray(few) ? few : [few];
}

/** The one that came first. */
export function firstOf<T extends object>(few: Few<T>): T | undefined {
  return Array.isArray(few) ? few[0] : few;
}

/** The first member that is meant; without a list made for one. */
export function findOne<T extends object>(few: Few<T>, isMeant: (one: T) => boolean): T | undefined {
  if (few === undefined) return undefined;
  if (Array.isArray(few)) return few.find(isMeant);
  return isMeant(few) ? few : undefined;
}

const SHORT = 8;

/** The list with `one` behind the others; the one given is used up. */
export function withOne<T extends object>(few: Few<T>, one: T): T | T[] {
  if (few === undefined) return one;
  if (!Array.isArray(few)) return [few, one];
  // An array that is added to makes room for many more, and most of these stay short.
  if (few.length < SHORT) return few.concat([one]);
  few.push(one);
  return few;
}
