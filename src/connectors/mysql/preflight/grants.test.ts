import { describe, expect, it } from 'vitest'
import { parseGrants } from './grants.ts'

describe('parseGrants', () => {
  it('tells privileges on everything from those on one database', () => {
    const grants = parseGrants('app@%', [
      'GRANT RELOAD, PROCESS ON *.* TO `app`@`%`',
      'GRANT FLUSH_TABLES,SHOW_ROUTINE ON *.* TO `app`@`%`',
      'GRANT SELECT, LOCK TABLES ON `shop`.* TO `app`@`%`',
      'GRANT SELECT (`id`) ON `other`.`t` TO `app`@`%`',
      'GRANT EXECUTE ON PROCEDURE `other`.`p` TO `app`@`%`',
      'GRANT `reader`@`%` TO `app`@`%`',
    ])
    expect(grants.account).toBe("'app'@'%'")
    expect(grants.onAll('FLUSH_TABLES')).toBe(true)
    expect(grants.onAll('SUPER', 'PROCESS')).toBe(true)
    expect(grants.onAll('SELECT')).toBe(false)
    expect(grants.onDatabase('shop', 'LOCK TABLES')).toBe(true)
    expect(grants.onDatabase('shop', 'RELOAD')).toBe(true)
    expect(grants.onDatabase('other', 'SELECT')).toBe(false)
  })

  it('reads wildcards and ALL PRIVILEGES in names of databases', () => {
    const grants = parseGrants("o'neil@x@10.0.0.%", [
      'GRANT ALL PRIVILEGES ON `app\\_%`.* TO `o`@`%`',
      'GRANT TRIGGER ON `a_b`.* TO `o`@`%`',
      'GRANT EVENT ON `we``ird`.* TO `o`@`%`',
    ])
    expect(grants.account).toBe("'o''neil@x'@'10.0.0.%'")
    expect(grants.onDatabase('app_1', 'TRIGGER')).toBe(true)
    expect(grants.onDatabase('appx1', 'TRIGGER')).toBe(false)
    expect(grants.onDatabase('a-b', 'TRIGGER')).toBe(true)
    expect(grants.onDatabase('a_b', 'EVENT')).toBe(false)
    expect(grants.onDatabase('we`ird', 'EVENT')).toBe(true)
  })

  it('reads the line that MariaDB prints with a password hash, and not what a REVOKE line takes', () => {
    const grants = parseGrants('ro@%', [
      "GRANT PROCESS ON *.* TO `ro`@`%` IDENTIFIED BY PASSWORD '*62'",
      'REVOKE SELECT ON `mysql`.* FROM `ro`@`%`',
    ])
    expect(grants.onAll('PROCESS')).toBe(true)
    expect(grants.onDatabase('mysql', 'SELECT')).toBe(false)
  })
})
