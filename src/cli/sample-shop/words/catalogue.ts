import type { Random } from '../random.ts'

interface Department {
  readonly name: string
  readonly shelves: readonly string[]
}

/** The upper two levels of the tree of categories; each shelf has two corners below it. */
export const departments: readonly Department[] = [
  { name: 'Küche & Tisch', shelves: ['Töpfe', 'Messer', 'Gläser', 'Backen', 'Tee & Kaffee'] },
  { name: 'Garden', shelves: ['Seeds', 'Tools', 'Pots', 'Lights', 'Bird feeders'] },
  { name: 'Livres', shelves: ['Romans', 'Poésie', 'Cuisine', 'Bandes dessinées', 'Cartes'] },
  { name: 'おもちゃ', shelves: ['積み木', 'パズル', 'ぬいぐるみ', '凧', 'けん玉'] },
  { name: 'Papelería', shelves: ['Cuadernos', 'Plumas', 'Tinta', 'Sellos', 'Sobres'] },
  { name: 'Outdoors', shelves: ['Tents', 'Stoves', 'Lamps', 'Ropes', 'Maps & compasses'] },
  { name: 'Dom', shelves: ['Świece', 'Koce', 'Zegary', 'Półki', 'Wieszaki'] },
  { name: 'Music', shelves: ['Strings', 'Reeds', 'Drums', 'Sheet music', 'Cases'] },
  { name: '茶叶', shelves: ['绿茶', '红茶', '乌龙', '普洱', '茶具'] },
  { name: 'Kids’ corner', shelves: ['Wooden toys', 'Crafts', 'Costumes', 'Board games', 'Outdoor play'] },
]

export const corners = ['New in', 'Last pieces'] as const

const kinds = [
  'Classic',
  'Große',
  'Petit',
  'Folding',
  'Double',
  'Mini',
  'Grandma’s',
  'N° 5',
  '"Deluxe"',
  '匠の',
] as const

const materials = ['oak', 'Stahl', 'lin', 'copper', 'bambú', 'glass', 'wełna', 'cork', 'Porzellan', '竹'] as const

const things = [
  'teapot',
  'Laterne',
  'couverture',
  'notebook',
  'cometa',
  'lamp 💡',
  'świecznik',
  'ukulele',
  'Schneidebrett',
  '急須',
  'puzzle (1000 pcs.)',
  'bird feeder 🐦',
  "child's chair",
  'compass',
] as const

const sentences = [
  'Made by hand in a workshop of four people.',
  'Für drinnen und draußen; bei 40 °C waschbar.',
  "It's heavier than it looks: please lift with two hands.",
  'Livré dans une boîte en carton recyclé, sans plastique.',
  '丈夫で軽く、長くお使いいただけます。',
  'Width × depth × height: see the drawing.\nAll sizes ±2 mm.',
  'Se envía en 24 h ✔',
  'Do not use near an open fire!',
  'Materiał: 100% naturalny; kolor może się różnić.',
  'Also sold as "the good one".',
  'Path on the old server: C:\\shop\\new\\table.txt',
  '适合送礼 🎁',
  'Weight\tabout 1 kg\r\nColour\tas shown',
  'Élu « objet de l’année » par nos clients.',
] as const

const companyForms = [' GmbH & Co. KG', ' Ltd', ' et fils', ', S.L.', ' sp. z o.o.', '商店', ' A.Ş.', " & Sons' Sons"]

export const colours = ['red', 'sea green', 'nachtblau', 'écru', '桜色', 'bordó', 'żółty', 'natural'] as const

export function productName(random: Random): string {
  return `${random.pick(kinds)} ${random.pick(materials)} ${random.pick(things)}`
}

export function productDescription(random: Random): string {
  return Array.from({ length: random.between(1, 5) }, () => random.pick(sentences)).join(' ')
}

export function supplierName(random: Random, family: string): string {
  return family + random.pick(companyForms)
}
