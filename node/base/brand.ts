declare const tag: unique symbol;

/** A T that only its own parser can make, so two strings of different meaning cannot swap places. */
export type Brand<T, Name extends string> = T & { readonly [tag]: Name };
