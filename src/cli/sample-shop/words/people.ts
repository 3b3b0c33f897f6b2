import type { Random } from '../random.ts'

/** The labels of `customers.language`, in the order of that enum. */
export type Language = 'de' | 'en' | 'es' | 'fr' | 'hu' | 'ja' | 'pl' | 'tr' | 'zh'

export interface Person {
  readonly language: Language
  readonly given: string
  readonly family: string
  /** For an e-mail address: lower-case ASCII letters. */
  readonly handle: string
}

interface Names {
  readonly language: Language
  /** Of a hundred people. */
  readonly percent: number
  readonly given: readonly string[]
  readonly family: readonly string[]
  /** In the order of the names, where the names are not in Latin letters. */
  readonly givenLatin?: readonly string[] | undefined
  readonly familyLatin?: readonly string[] | undefined
}

const names: readonly Names[] = [
  {
    language: 'de',
    percent: 30,
    given: ['Anna', 'Jürgen', 'Käthe', 'Björn', 'Sören', 'Lena', 'Götz', 'Mareike', 'Jens', 'Änne', 'Uwe', 'Sophie'],
    family: ['Müller', 'Groß', 'Schäfer', 'Weiß', 'Köhler', 'Jäger', 'Böhm', 'Lange', 'Krüger', 'Voß', 'Peters'],
  },
  {
    language: 'en',
    percent: 20,
    given: ['Grace', 'Owen', 'Zoë', 'Harriet', 'Miles', 'Chloë', 'Desmond', 'Ruth', 'Siobhán', 'Noel', 'Imogen'],
    family: ["O'Brien", 'Taylor', "D'Arcy", 'Clarke', 'Brontë', 'Hughes', 'Mc Allister', 'Fitz-Gerald', 'Ward', 'Ng'],
  },
  {
    language: 'es',
    percent: 10,
    given: ['José', 'Ángel', 'Íñigo', 'Lucía', 'Óscar', 'Begoña', 'Inés', 'Raúl', 'María José', 'Nuño'],
    family: ['García', 'Núñez', 'Peña', 'Ibáñez', 'Muñoz Ortega', 'Cortés', 'Yáñez', 'López', 'Rincón'],
  },
  {
    language: 'fr',
    percent: 10,
    given: ['Hélène', 'André', 'Loïc', 'Maëlle', 'François', 'Aurélie', 'Noël', 'Geneviève', 'Jean-Luc', 'Anaïs'],
    family: ['Lefèvre', 'Dupré', 'Garçon', 'Bœuf', "L'Hôte", 'Préjean', 'Côté', 'Rousseau', 'Saint-Exupère'],
  },
  {
    language: 'hu',
    percent: 5,
    given: ['Zsófia', 'Győző', 'Ödön', 'Réka', 'Ágnes', 'Jenő', 'Dezső', 'Erzsébet'],
    family: ['Szűcs', 'Erdős', 'Kovács', 'Hegedűs', 'Tóth', 'Bartók', 'Vörös', 'Szőke'],
  },
  {
    language: 'ja',
    percent: 8,
    given: ['花子', '太郎', 'さくら', '健一', '美咲', '翔太', 'ユキ', '直樹'],
    givenLatin: ['hanako', 'taro', 'sakura', 'kenichi', 'misaki', 'shota', 'yuki', 'naoki'],
    family: ['山田', '佐藤', '鈴木', '高橋', '渡邊', '𠮷田', '小林', '髙木'],
    familyLatin: ['yamada', 'sato', 'suzuki', 'takahashi', 'watanabe', 'yoshida', 'kobayashi', 'takagi'],
  },
  {
    language: 'pl',
    percent: 7,
    given: ['Łukasz', 'Żaneta', 'Świętosław', 'Małgorzata', 'Bożena', 'Jacek', 'Grażyna', 'Kuba'],
    family: ['Wiśniewska', 'Dąbrowski', 'Źrebiec', 'Gołąb', 'Kaźmierczak', 'Łęcka', 'Nowak', 'Ćwik'],
  },
  {
    language: 'tr',
    percent: 5,
    given: ['Ayşe', 'İbrahim', 'Çağla', 'Işıl', 'Oğuz', 'Gülşen', 'Ümit', 'Yiğit'],
    family: ['Yılmaz', 'Şahin', 'Özdemir', 'Çelik', 'Aydın', 'Doğan', 'Kılıç', 'Güneş'],
  },
  {
    language: 'zh',
    percent: 5,
    given: ['伟', '芳', '秀英', '建国', '小龙', '丽华', '志强', '雪梅'],
    givenLatin: ['wei', 'fang', 'xiuying', 'jianguo', 'xiaolong', 'lihua', 'zhiqiang', 'xuemei'],
    family: ['王', '李', '张', '欧阳', '刘', '诸葛', '陈', '黄'],
    familyLatin: ['wang', 'li', 'zhang', 'ouyang', 'liu', 'zhuge', 'chen', 'huang'],
  },
]

/** The languages whose names a latin1 (CP1252) column can hold. */
const western = names.filter(({ language }) => ['de', 'en', 'es', 'fr'].includes(language))

export function person(random: Random): Person {
  let left = random.below(100)
  for (const list of names) {
    left -= list.percent
    if (left < 0) return personOf(list, random)
  }
  throw new RangeError('The languages share out less than a hundred per cent')
}

export function westernPerson(random: Random): Person {
  return personOf(random.pick(western), random)
}

/** The letters of Latin script as ASCII: `Łukasz Groß` gives `lukaszgross`. */
export function asciiLetters(text: string): string {
  const spelled = text.toLowerCase().replace(/[ßłıœæ]/g, (letter) => spellings[letter] ?? '')
  return spelled.normalize('NFD').replace(/[^a-z]/g, '')
}

const spellings: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ı: 'i', œ: 'oe', æ: 'ae' }

function personOf(list: Names, random: Random): Person {
  const givenAt = random.below(list.given.length)
  const familyAt = random.below(list.family.length)
  const given = list.given[givenAt] ?? ''
  const family = list.family[familyAt] ?? ''
  const givenLatin = list.givenLatin?.[givenAt] ?? asciiLetters(given)
  const familyLatin = list.familyLatin?.[familyAt] ?? asciiLetters(family)
  return { language: list.language, given, family, handle: `${givenLatin}.${familyLatin}` }
}
