import type { Random } from '../random.ts'

export interface Place {
  readonly country: string
  readonly city: string
  readonly latitude: number
  readonly longitude: number
  readonly streets: readonly string[]
  /** `0` stands for a digit, `A` for a letter. */
  readonly postalPattern: string
  readonly numberFirst?: boolean | undefined
}

const places: readonly Place[] = [
  {
    country: 'DE',
    city: 'Köln',
    latitude: 50.9375,
    longitude: 6.9603,
    streets: ['Große Straße', 'Am Römerturm', 'Bürgermeister-Müller-Weg', 'Gürtelstr.'],
    postalPattern: '50000',
  },
  {
    country: 'DE',
    city: 'Lübeck',
    latitude: 53.8655,
    longitude: 10.6866,
    streets: ['An der Obertrave', 'Hüxstraße', 'Mühlendamm'],
    postalPattern: '23500',
  },
  {
    country: 'AT',
    city: 'Sankt Pölten',
    latitude: 48.2047,
    longitude: 15.6256,
    streets: ['Kremser Gasse', 'Schießstattring', 'Wiener Straße/Stiege 2'],
    postalPattern: '3100',
  },
  {
    country: 'CH',
    city: 'Zürich',
    latitude: 47.3769,
    longitude: 8.5417,
    streets: ['Niederdorfstrasse', 'Im Gässli', 'Quai Bridge "Süd"'],
    postalPattern: '8000',
  },
  {
    country: 'GB',
    city: "King's Lynn",
    latitude: 52.7543,
    longitude: 0.3976,
    streets: ["St Ann's Street", 'Tuesday Market Place', 'The Old Granary, Flat B,'],
    postalPattern: 'PE30 0AA',
    numberFirst: true,
  },
  {
    country: 'GB',
    city: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch',
    latitude: 53.2211,
    longitude: -4.2096,
    streets: ['Ffordd Penmynydd', 'Lôn Groes'],
    postalPattern: 'LL61 0AA',
    numberFirst: true,
  },
  {
    country: 'FR',
    city: 'Saint-Étienne',
    latitude: 45.4397,
    longitude: 4.3872,
    streets: ["rue de l'Église", 'cours Fauriel', 'impasse du Cœur-Volant'],
    postalPattern: '42000',
    numberFirst: true,
  },
  {
    country: 'ES',
    city: 'A Coruña',
    latitude: 43.3623,
    longitude: -8.4115,
    streets: ['Calle del Ángel', 'Avenida de la Señora', 'Plaza de España, 3.º izda.'],
    postalPattern: '15000',
  },
  {
    country: 'PL',
    city: 'Łódź',
    latitude: 51.7592,
    longitude: 19.456,
    streets: ['ulica Piotrkowska', 'ul. Źródłowa', 'al. Kościuszki'],
    postalPattern: '90-000',
  },
  {
    country: 'HU',
    city: 'Győr',
    latitude: 47.6875,
    longitude: 17.6504,
    streets: ['Tűzoltó utca', 'Szűz Mária tér'],
    postalPattern: '9000',
  },
  {
    country: 'TR',
    city: 'Eskişehir',
    latitude: 39.7767,
    longitude: 30.5206,
    streets: ['Işıklar Caddesi', 'Çiçek Sokağı'],
    postalPattern: '26000',
  },
  {
    country: 'JP',
    city: '京都市',
    latitude: 35.0116,
    longitude: 135.7681,
    streets: ['下京区烏丸通七条下ル', '左京区銀閣寺町'],
    postalPattern: '600-0000',
  },
  {
    country: 'CN',
    city: '成都市',
    latitude: 30.5728,
    longitude: 104.0668,
    streets: ['锦江区春熙路', '武侯区人民南路'],
    postalPattern: '610000',
  },
  {
    country: 'NZ',
    city: 'Ōtautahi / Christchurch',
    latitude: -43.5321,
    longitude: 172.6362,
    streets: ['Te Ara Ōtākaro Avenue', 'Cashel Street'],
    postalPattern: '8000',
    numberFirst: true,
  },
]

export function place(random: Random): Place {
  return random.pick(places)
}

/** Street and number, in the order that the country writes them. */
export function streetOf(from: Place, random: Random): string {
  const street = random.pick(from.streets)
  const number = `${random.between(1, 180)}${random.pick(['', '', '', 'a', '-3'])}`
  return from.numberFirst === true ? `${number} ${street}` : `${street} ${number}`
}

/** The place's pattern with its trailing zeros and letters drawn anew. */
export function postalCodeOf(from: Place, random: Random): string {
  return from.postalPattern.replace(/0(?=0*$|A+$)|A(?=A*$)/g, (mark) =>
    mark === '0' ? String(random.below(10)) : String.fromCharCode(65 + random.below(26)),
  )
}
