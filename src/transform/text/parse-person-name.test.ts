import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePersonName, type PersonName, type SingleName } from './parse-person-name.ts'

const nobody: PersonName = { title: undefined, first: undefined, middle: undefined, last: undefined, suffix: undefined }

describe('parsePersonName', () => {
  it.each<[string, Partial<PersonName>]>([
    ['Anna Schmidt', { first: 'Anna', last: 'Schmidt' }],
    ['  Anna \u00A0 Schmidt\n', { first: 'Anna', last: 'Schmidt' }],
    ['ANNA SCHMIDT', { first: 'ANNA', last: 'SCHMIDT' }],
    ['anna schmidt', { first: 'anna', last: 'schmidt' }],
    ['Anna Maria Schmidt', { first: 'Anna', middle: 'Maria', last: 'Schmidt' }],
    ['Anna Maria Clara Schmidt', { first: 'Anna', middle: 'Maria Clara', last: 'Schmidt' }],
    ['Gabriel García Márquez', { first: 'Gabriel', middle: 'García', last: 'Márquez' }],
    ['John F. Kennedy', { first: 'John', middle: 'F.', last: 'Kennedy' }],
    ['M. Night Shyamalan', { first: 'M.', middle: 'Night', last: 'Shyamalan' }],
    ["Sean O'Neil", { first: 'Sean', last: "O'Neil" }],
    ["Sean O' Neil", { first: 'Sean', last: "O' Neil" }],
    ['Ronald MacDonald', { first: 'Ronald', last: 'MacDonald' }],
    ['Ronald Mac Donald', { first: 'Ronald', last: 'Mac Donald' }],
    ['Anne-Marie Müller-Lüdenscheidt', { first: 'Anne-Marie', last: 'Müller-Lüdenscheidt' }],
    ['Ludwig van Beethoven', { first: 'Ludwig', last: 'van Beethoven' }],
    ['LUDWIG VAN BEETHOVEN', { first: 'LUDWIG', last: 'VAN BEETHOVEN' }],
    ['Anna van der Berg', { first: 'Anna', last: 'van der Berg' }],
    ['Anna Maria de la Cruz Garcia', { first: 'Anna', middle: 'Maria', last: 'de la Cruz Garcia' }],
    ['Karl-Theodor von und zu Guttenberg', { first: 'Karl-Theodor', last: 'von und zu Guttenberg' }],
    ['Mohammed bin Salman', { first: 'Mohammed', last: 'bin Salman' }],
    ['Khalid al-Mansour', { first: 'Khalid', last: 'al-Mansour' }],
    ['Gerard ’t Hooft', { first: 'Gerard', last: '’t Hooft' }],
    ['Anna St. Clair', { first: 'Anna', last: 'St. Clair' }],
    ['José Ortega y Gasset', { first: 'José', last: 'Ortega y Gasset' }],
    ['John Ben Smith', { first: 'John', middle: 'Ben', last: 'Smith' }],
    ['David ben Gurion', { first: 'David', last: 'ben Gurion' }],
    ['Anh Van', { first: 'Anh', last: 'Van' }],
    ['Van Morrison', { first: 'Van', last: 'Morrison' }],
    ['von Trapp', { last: 'von Trapp' }],
    ['Dr. Anna Schmidt', { title: 'Dr.', first: 'Anna', last: 'Schmidt' }],
    ['Herr Prof. Dr. med. Hans Schmidt', { title: 'Herr Prof. Dr. med.', first: 'Hans', last: 'Schmidt' }],
    ['Frau Schmidt', { title: 'Frau', last: 'Schmidt' }],
    ['MR SMITH', { title: 'MR', last: 'SMITH' }],
    ['Mrs. van der Berg', { title: 'Mrs.', last: 'van der Berg' }],
    ['Dipl.-Ing. Hans Schmidt', { title: 'Dipl.-Ing.', first: 'Hans', last: 'Schmidt' }],
    ['Sr. Juan Garcia', { title: 'Sr.', first: 'Juan', last: 'Garcia' }],
    ['Gen Suzuki', { first: 'Gen', last: 'Suzuki' }],
    ['Gen. Suzuki', { title: 'Gen.', last: 'Suzuki' }],
    ['Martin Luther King Jr.', { first: 'Martin', middle: 'Luther', last: 'King', suffix: 'Jr.' }],
    ['Martin Luther King, Jr.', { first: 'Martin', middle: 'Luther', last: 'King', suffix: 'Jr.' }],
    ['King, Jr., Martin Luther', { first: 'Martin', middle: 'Luther', last: 'King', suffix: 'Jr.' }],
    ['King Jr., Martin Luther', { first: 'Martin', middle: 'Luther', last: 'King', suffix: 'Jr.' }],
    ['King, Martin Luther, Jr., PhD', { first: 'Martin', middle: 'Luther', last: 'King', suffix: 'Jr. PhD' }],
    ['John Smith III Ph.D.', { first: 'John', last: 'Smith', suffix: 'III Ph.D.' }],
    ['John Smith V', { first: 'John', last: 'Smith', suffix: 'V' }],
    ['John V', { first: 'John', last: 'V' }],
    ['Smith, V', { first: 'V', last: 'Smith' }],
    ['Jack Ma', { first: 'Jack', last: 'Ma' }],
    ['Jack Smith M.A.', { first: 'Jack', last: 'Smith', suffix: 'M.A.' }],
    ['Schmidt, Anna', { first: 'Anna', last: 'Schmidt' }],
    ['Schmidt,Anna', { first: 'Anna', last: 'Schmidt' }],
    ['Schmidt, Anna Maria Clara', { first: 'Anna', middle: 'Maria Clara', last: 'Schmidt' }],
    ['van der Berg, Anna', { first: 'Anna', last: 'van der Berg' }],
    ['Beethoven, Ludwig van', { first: 'Ludwig', last: 'van Beethoven' }],
    ['Berg, Anna van der', { first: 'Anna', last: 'van der Berg' }],
    ['García Márquez, Gabriel', { first: 'Gabriel', last: 'García Márquez' }],
    ['Smith, Van', { first: 'Van', last: 'Smith' }],
    ['Schmidt, Dr. Hans', { title: 'Dr.', first: 'Hans', last: 'Schmidt' }],
    ['Schmidt, Dr.', { title: 'Dr.', last: 'Schmidt' }],
    ['William "Bill" Gates', { first: 'William', middle: '"Bill"', last: 'Gates' }],
    ['\u200Fדוד כהן', { first: '\u200Fדוד', last: 'כהן' }],
    ['E\u0301lodie 😀 Dupont', { first: 'E\u0301lodie', middle: '😀', last: 'Dupont' }],
    ['constructor __proto__', { first: 'constructor', last: '__proto__' }],
  ])('of %j', (text, parts) => {
    expect(parsePersonName(text, 'last')).toStrictEqual({ ...nobody, ...parts })
  })

  it.each<[string, SingleName, Partial<PersonName> | undefined]>([
    ['Anna', 'first', { first: 'Anna' }],
    ['Schmidt', 'last', { last: 'Schmidt' }],
    ['Anna', 'none', undefined],
    ['x', 'first', { first: 'x' }],
    ['王小明', 'last', { last: '王小明' }],
    ['Herr Schmidt', 'first', { title: 'Herr', last: 'Schmidt' }],
    ['Herr Schmidt', 'none', undefined],
    ['Schmidt Jr.', 'last', { last: 'Schmidt', suffix: 'Jr.' }],
    ['von', 'last', { last: 'von' }],
    ['Schmidt,', 'last', { last: 'Schmidt' }],
  ])('%j, a single name being %s', (text, single, parts) => {
    expect(parsePersonName(text, single)).toStrictEqual(parts && { ...nobody, ...parts })
  })

  it.each([
    '',
    ' ',
    ',',
    '-',
    '😀',
    '\uD800',
    '\u0301',
    'Dr.',
    'Herr Dr.',
    'Herr Dr. med.',
    'Anna and Max Schmidt',
    'ANNA AND MAX SCHMIDT',
    'Anna & Max Schmidt',
    'Hans und Maria Schmidt',
    'Juan y María López',
    'Schmidt, Anna, Berlin',
    'Dr., Anna',
    'anna@example.com',
    'Anna Schmidt 2',
    'Anna\0Schmidt',
    'Anna Schmidt (verstorben)',
    '(unknown)',
    '"Anna" Schmidt',
  ])('%j is none', (text) => {
    expect(parsePersonName(text, 'last')).toBeUndefined()
  })

  it('has every character of the text that is no white space and no comma in one part', () => {
    const known = "Anna MAX van Von de la y e O' Dr. Herr med. Jr. III V Ph.D. Sr. und zu É e\u0301 😀 . - (x) \uD800 ,"
    const words = fc.constantFrom(...known.split(' '), ', ', ' ', '  ', '\u00A0', '\u200B')
    const names = fc.array(words, { maxLength: 10 }).map((all) => all.join(' '))
    const sorted = (text: string): string[] =>
      Array.from(text.replaceAll(/[\p{White_Space}\u200B\u2060\uFEFF,]/gu, '')).toSorted()
    const singles = fc.constantFrom<SingleName>('first', 'last', 'none')
    let nameCount = 0
    fc.assert(
      fc.property(fc.oneof(names, fc.string({ unit: 'binary' }), fc.string()), singles, (text, single) => {
        const name = parsePersonName(text, single)
        const parts = name === undefined ? [text] : Object.values(name).filter((part) => part !== undefined)
        if (name !== undefined) nameCount++
        expect(sorted(parts.join(''))).toEqual(sorted(text))
        expect(
          name === undefined || (parts.every((part) => part !== '') && (name.first ?? name.last) !== undefined),
        ).toBe(true)
      }),
      { numRuns: 1000 },
    )
    expect(nameCount).toBeGreaterThan(150)
  })

  it.each([
    ['spaces', `Anna${' '.repeat(1 << 20)}Schmidt`, 'Schmidt'],
    ['commas', `Schmidt${','.repeat(1 << 20)}Anna`, 'Schmidt'],
    ['particles', `Anna${' van'.repeat(1 << 18)} Schmidt`, `${'van '.repeat(1 << 18)}Schmidt`],
    ['titles', `${'Dr. '.repeat(1 << 18)}Schmidt`, 'Schmidt'],
    ['suffixes', `Anna Schmidt${' Jr.'.repeat(1 << 18)}`, 'Schmidt'],
  ])('takes a megabyte of %s', (_, text, last) => {
    expect(parsePersonName(text, 'none')?.last ?? parsePersonName(text, 'last')?.last).toBe(last)
  })
})
