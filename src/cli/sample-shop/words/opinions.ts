import type { Random } from '../random.ts'

const titles = [
  'Great!',
  'Wie beschrieben',
  'Très déçue…',
  '最高です',
  'Not what I "ordered"',
  'Muy recomendable 👍',
  "Don't buy",
  'Jest OK',
  'gut, aber teuer',
  '一般般',
  'Şahane ⭐⭐⭐⭐⭐',
  'Nincs rá szó',
] as const

const remarks = [
  'Arrived two days early, well packed.',
  'Die Farbe ist anders als auf dem Foto, stört mich aber nicht.',
  "My daughter loves it and won't let go of it 🧸",
  'La poignée s’est cassée au bout d’une semaine.',
  '思ったより小さかったけれど、とても気に入っています。',
  'No instructions included?!',
  'Qualità buona, spedizione lenta.',
  'Zamówiłem już trzeci raz – polecam każdemu.',
  'Würde ich wieder kaufen 👍🏽👍🏽',
  '包装很好,送货也快。',
  'Bought as a present for my parents 👨‍👩‍👧‍👦 and they use it every day.',
  'Harika bir ürün, teşekkürler!',
  'Costs 20 % less elsewhere; still: 4 stars.',
  'Smells a bit at first.\nAfter airing for a night it was fine.',
] as const

/** Texts that a loader mistakes for something else, or changes on the way. Each is one review's whole body. */
export const awkwardBodies: readonly string[] = [
  '',
  'NULL',
  '\\N',
  'before\n\\.\nafter',
  'tab\there, CR\rhere, CRLF\r\nhere, Ctrl-Z\x1ahere, unit\x1fseparator, delete\x7f',
  '\\\\server\\share\\',
  `quotes ' " \` and '' and "" and a trailing backslash \\`,
  '  blanks around  ',
  '\uFEFFa byte order mark in front',
  'NFC é and NFD e\u0301 are not the same bytes',
  'the last code point: \u{10FFFF}, a private one: \uE000, a noncharacter: \uFFFF',
  '👩‍💻🏳️‍🌈🇯🇵 joined, flagged and combined: ﷽ Z͑ͫ̓ͪ̂ͫ̽',
  'مرحبا بالعالم and שלום, right to left \u202Ewritten backwards\u202C',
  '-- not a comment; DROP TABLE `reviews`; /* nor this */',
  '2024-02-31 00:00:00',
  "INSERT INTO `reviews` VALUES (1,'not a row');\nUNLOCK TABLES;",
]

export function reviewTitle(random: Random): string {
  return random.pick(titles)
}

export function reviewBody(random: Random): string {
  return Array.from({ length: random.between(1, 7) }, () => random.pick(remarks)).join(random.pick([' ', ' ', '\n\n']))
}
