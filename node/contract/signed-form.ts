/** One field of a signed item (ANS-104 §1): its bytes from `start` up to before `end`. */
export interface SignedField {
  readonly name: 'signature type' | 'signature' | 'owner' | 'target' | 'anchor' | 'tag counts' | 'tags' | 'data';
  readonly start: number;
  readonly end: number;
}

/** A data item as it was signed, with some of its bytes. */
export interface SignedForm {
  /** In the order in which they lie, without a gap. */
  readonly fields: readonly SignedField[];
  readonly totalBytes: number;
  /** Where `bytes` (base64url) begin. */
  readonly from: number;
  readonly bytes: string;
  /** The id is the hash of the signature, computed anew. */
  readonly isIdRight: boolean;
  /** The signature belongs to owner, target, anchor, tags and data, verified anew. */
  readonly isSignatureValid: boolean;
}
