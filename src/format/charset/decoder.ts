/**
 * Turns text in one MySQL or MariaDB charset into UTF-8, as the servers' own `CONVERT(x USING utf8mb4)` does, except that
 * bytes without a mapping are reported where the servers put `?` or U+FFFD, leave a surrogate, or drop the bytes.
 */
export interface CharsetDecoder {
  /** The server's name of the charset (`utf8mb3` for `utf8`). */
  readonly charset: string
  /**
   * Upper bound of UTF-8 bytes per source byte, 1 to 3, may be a fraction: reserve
   * `Math.ceil((end - start) * maxGrowth)` bytes.
   */
  readonly maxGrowth: number
  /**
   * Decodes source[start,end) into target at `at`; returns the new end position in target, or
   * −(1 + index in source of the first byte of the first character that is malformed, cut off by `end` or has no mapping);
   * what lies behind `at` in target is then undefined, within the reserve. Allocates nothing. Does not check that target
   * is large enough. The two ranges must not overlap.
   */
  decode(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number
}
