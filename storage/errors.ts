/** A store could not take or give everything now; trying again later can succeed. */
export class TransientStoreError extends Error {
  override readonly name = 'TransientStoreError';
}

/** A single item that no attempt can store: the record behind it is to be rejected. */
export class RefusedRowError extends Error {
  override readonly name = 'RefusedRowError';
}

/** Something read back from a store is not what this version writes. */
export class UnreadableObjectError extends Error {
  override readonly name = 'UnreadableObjectError';
}
