/**
 * A value as the function of a `code` stage has it. `bool` is a boolean; `int` a number, of 64 bits a bigint; `float32` and `float64` a
 * number; `bytes` and `geometry` a Uint8Array; every other type a string, its canonical text; NULL is null.
 */
export type CodeValue = string | number | bigint | boolean | Uint8Array | null

/**
 * The function of a `code` stage, for the editor: `Row` has the columns that it reads, `Result` all of those that it writes.
 * It returns them at once, and what it throws rejects the row.
 */
export type CodeFunction<
  Row extends { readonly [column in keyof Row]: CodeValue },
  Result extends { readonly [column in keyof Result]: CodeValue },
> = (row: Row) => Result
