/**
 * The words that a statement of a dump can start with. Whatever else stands where a statement should start is no SQL:
 * a file of another kind, or a message that found its way into the dump.
 */
const words = new Set(
  (
    'ALTER ANALYZE BEGIN BINLOG CALL CHANGE CHECK COMMENT COMMIT CREATE DEALLOCATE DELETE DELIMITER DESC DESCRIBE DO ' +
    'DROP EXECUTE EXPLAIN FLUSH GRANT HANDLER INSERT INSTALL KILL LOAD LOCK OPTIMIZE PREPARE PURGE RELEASE RENAME ' +
    'REPAIR REPLACE RESET REVOKE ROLLBACK SAVEPOINT SELECT SET SHOW SIGNAL START STOP TRUNCATE UNINSTALL UNLOCK ' +
    'UPDATE USE VALUES WITH XA'
  ).split(' '),
)

export const maxStatementWordLength = 20

export function isStatementWord(word: string): boolean {
  return words.has(word.toUpperCase())
}
