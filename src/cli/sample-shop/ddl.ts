/**
 * SQL as the server prints it, with each backquoted identifier written in square brackets instead: a template literal
 * cannot hold backquotes in peace. Backslashes stand as written. No statement of the shop has brackets of its own.
 */
export function ddl(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return String.raw(strings, ...values).replace(/[[\]]/g, '`')
}

/** A column's character set and collation. MariaDB 10.11 does not know the default collation of MySQL 8 and 9. */
export const unicode = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'

export const ascii = 'CHARACTER SET ascii COLLATE ascii_general_ci'

/** A table's options; `nextId` where it has an AUTO_INCREMENT column. */
export function innodb(nextId?: number, collation = 'utf8mb4_unicode_ci'): string {
  const counter = nextId === undefined ? '' : ` AUTO_INCREMENT=${nextId}`
  return `ENGINE=InnoDB${counter} DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`
}
