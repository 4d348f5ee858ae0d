/**
 * What an event takes on its way into the lake, by `npm run bench:lake` of 2026-11-21 on generated posts. Their texts are
 * made of few sentences: files of real posts are larger.
 */
export const LAKE_FIGURES = {
  /** Records that `transform-lake` makes rows of in a second of a core. */
  transformedPerSecond: 23_393,
  /** Bytes of a row as a line, as Firehose sorts it into its day. */
  rowBytes: 876,
  /** Bytes of a row in a compressed file of `raw/`. */
  rawBytes: 119,
  /** Bytes of a record in a compressed file of `original-data/`. */
  originalBytes: 69.7,
  /** Bytes of a row in a file of `posts/`; of those that are seen again only the last is there. */
  postBytes: 102,
};

/**
 * What a run of the dedupe job takes. **Assumed**: there was no Glue where this was written.
 */
export const DEDUPE_ASSUMED = { startSeconds: 180, rowsPerSecond: 50_000 };
