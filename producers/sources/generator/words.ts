/** Sentences of posts: `{a}` and `{b}` stand for what they are about, `{c}` for a city. */
export interface Phrasebook {
  readonly lang: string;
  /** How often it is spoken, beside the others. */
  readonly weight: number;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly plain: readonly string[];
}

export const PHRASEBOOKS: readonly Phrasebook[] = [
  {
    lang: 'en',
    weight: 76,
    good: [
      'I love how {a} keeps getting better',
      'What a wonderful evening with {a} and good friends',
      'Honestly impressed by {a}, the attention to detail is amazing',
      'Finally found time for {a}. Best decision of the week!',
      '{a} made my day, such a great surprise',
      'The community around {a} is so friendly and helpful',
      'Huge congratulations to everybody behind {a}, beautiful work',
      'Five stars for {a}, and {b} was even better',
      'Proud of our little team, {a} was a success',
      'Nothing beats {a} on a sunny day in {c}',
    ],
    bad: [
      'So disappointed by {a}, it was a complete waste of time',
      'Why is {a} so expensive now? The ticket prices are ridiculous',
      'Terrible queue for {a} again, two hours in the cold',
      'I am tired of the endless arguments about {a}',
      '{a} failed on us today and customer support was useless',
      'Sad news about {a}, I really hoped for more',
      'Unpopular opinion: {a} is boring and {b} is worse',
      'The delivery of {a} was late and the box was broken',
      'Worried about {a}, the latest report looks bad',
      'Worst {a} I have ever seen, never again',
    ],
    plain: [
      'Reading about {a} on the train to {c}',
      'Does anybody know a beginner guide to {a}?',
      'New episode: we talk about {a} and {b}',
      '{a} in {c} next weekend, who is coming along?',
      'Here is what changed in {a} over the last ten years',
      'Comparing {a} with {b}, notes in the thread',
      'A short history of {a}, part {n}',
      'Our open workshop about {a} starts at seven',
      'Looking for recommendations: {a} for a rainy Sunday',
      'Three things I learned from {a} this month',
    ],
  },
  {
    lang: 'es',
    weight: 8,
    good: ['Me encanta {a}, qué maravilla de tarde', 'Gran noche con {a} en {c}'],
    bad: ['Qué decepción con {a}, nunca más', 'Los precios de {a} son una locura'],
    plain: ['Leyendo sobre {a} camino a {c}', '¿Alguien sabe más de {a}?'],
  },
  {
    lang: 'pt',
    weight: 5,
    good: ['Que dia lindo com {a}', 'Adorei {a}, recomendo muito'],
    bad: ['Muito triste com {a} hoje', 'Fila enorme para {a} de novo'],
    plain: ['Alguém vai ver {a} em {c}?', 'Aprendendo sobre {a} e {b}'],
  },
  {
    lang: 'fr',
    weight: 4,
    good: ['Magnifique soirée avec {a} à {c}', "J'adore {a}, bravo à toute l'équipe"],
    bad: ['Très déçu par {a} cette fois', 'Encore une heure de retard pour {a}'],
    plain: ['Une question sur {a} pour les débutants', 'Nouvel article : {a} et {b}'],
  },
  {
    lang: 'de',
    weight: 4,
    good: ['Wunderbarer Abend mit {a} in {c}', 'Endlich wieder {a}, herrlich'],
    bad: ['Leider war {a} eine große Enttäuschung', 'Schon wieder Verspätung wegen {a}'],
    plain: ['Weiß jemand mehr über {a}?', 'Neues zu {a} und {b}'],
  },
  {
    lang: 'ja',
    weight: 3,
    good: ['{a}最高でした', '今日は{a}で楽しかった'],
    bad: ['{a}は残念だった', '{a}高すぎる'],
    plain: ['{a}について調べています', '週末は{c}で{a}'],
  },
];

export const EMOJI = {
  good: ['🔥', '😍', '🎉', '👏', '❤️', '✨'],
  bad: ['😡', '😞', '💔', '🙄', '👎'],
  plain: ['🤔', '👀', '📚', '☕', '🚆'],
} as const;

export const FIRST_NAMES =
  'Ada Amir Ana Ben Chloe Daiki Elena Femi Grace Hugo Ines Jonas Kemi Lea Mateo Nadia Omar Priya Quinn Rosa Sofia Tomas Uma Victor Wei Yuki Zoe'.split(
    ' ',
  );
export const LAST_NAMES =
  'Abe Adeyemi Alvarez Becker Costa Diallo Evans Fischer Garcia Haddad Ito Jansen Kowalski Laurent Moreau Novak Okafor Patel Rossi Silva Tanaka Weber Young Zhang'.split(
    ' ',
  );

export interface City {
  readonly city: string;
  readonly state?: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

export const CITIES: readonly City[] = [
  { city: 'Berlin', country: 'DE', lat: 52.52, lon: 13.405 },
  { city: 'London', country: 'GB', lat: 51.507, lon: -0.128 },
  { city: 'Paris', country: 'FR', lat: 48.857, lon: 2.352 },
  { city: 'Madrid', country: 'ES', lat: 40.417, lon: -3.703 },
  { city: 'Lisbon', country: 'PT', lat: 38.722, lon: -9.139 },
  { city: 'New York', state: 'NY', country: 'US', lat: 40.713, lon: -74.006 },
  { city: 'Chicago', state: 'IL', country: 'US', lat: 41.878, lon: -87.63 },
  { city: 'Austin', state: 'TX', country: 'US', lat: 30.267, lon: -97.743 },
  { city: 'San Francisco', state: 'CA', country: 'US', lat: 37.775, lon: -122.419 },
  { city: 'Toronto', state: 'ON', country: 'CA', lat: 43.653, lon: -79.383 },
  { city: 'São Paulo', state: 'SP', country: 'BR', lat: -23.551, lon: -46.633 },
  { city: 'Mexico City', country: 'MX', lat: 19.433, lon: -99.133 },
  { city: 'Lagos', country: 'NG', lat: 6.524, lon: 3.379 },
  { city: 'Nairobi', country: 'KE', lat: -1.292, lon: 36.822 },
  { city: 'Mumbai', country: 'IN', lat: 19.076, lon: 72.878 },
  { city: 'Tokyo', country: 'JP', lat: 35.676, lon: 139.65 },
  { city: 'Seoul', country: 'KR', lat: 37.567, lon: 126.978 },
  { city: 'Sydney', state: 'NSW', country: 'AU', lat: -33.869, lon: 151.209 },
];
