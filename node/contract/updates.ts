/** How the app stands to newer versions of itself. Nothing is asked of anybody before the person wants it. */
export type UpdateState =
  /** This kind of installation is not updated by the app; why, and how it is. */
  | { readonly kind: 'cannot'; readonly reason: string }
  | { readonly kind: 'unasked' }
  | { readonly kind: 'checking' }
  /** There is none newer. */
  | { readonly kind: 'current' }
  | { readonly kind: 'found'; readonly version: string }
  /** 0 to 100. */
  | { readonly kind: 'downloading'; readonly version: string; readonly percent: number }
  /** It is here, and its hash is right; a restart puts it in place. */
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly reason: string };
