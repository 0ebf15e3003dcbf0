/** Names and places of seeded people. The spelling in an address is derived from the name. */

export const firstNames: readonly (readonly [name: string, salutation: 'Frau' | 'Herr'])[] = [
  ['Aleksandra', 'Frau'],
  ['Anna', 'Frau'],
  ['Ayşe', 'Frau'],
  ['Bastian', 'Herr'],
  ['Björn', 'Herr'],
  ['Carla', 'Frau'],
  ['Dmitri', 'Herr'],
  ['Elif', 'Frau'],
  ['Emil', 'Herr'],
  ['François', 'Herr'],
  ['Greta', 'Frau'],
  ['Hannah', 'Frau'],
  ['Ida', 'Frau'],
  ['Jörg', 'Herr'],
  ['José', 'Herr'],
  ['Jürgen', 'Herr'],
  ['Kemal', 'Herr'],
  ['Lena', 'Frau'],
  ['Łukasz', 'Herr'],
  ['Marlene', 'Frau'],
  ['Mia', 'Frau'],
  ['Noël', 'Herr'],
  ['Olga', 'Frau'],
  ['Paul', 'Herr'],
  ['Quirin', 'Herr'],
  ['Renée', 'Frau'],
  ['Sören', 'Herr'],
  ['Tomáš', 'Herr'],
  ['Ute', 'Frau'],
  ['Zoë', 'Frau'],
];

export const lastNames: readonly string[] = [
  'Albrecht',
  'Bauer',
  'Çelik',
  'Dupont',
  'Eßer',
  'Fischer',
  'García',
  'Großmann',
  'Hübner',
  'Ivanova',
  'Jansen',
  'Köhler',
  'Kowalska',
  'Müller',
  'Nguyễn',
  "O'Brien",
  'Öztürk',
  'Pfeiffer',
  'Rößler',
  'Schäfer',
  'Schulze-Berg',
  'Späth',
  'Thomsen',
  'Übelacker',
  'van der Veen',
  'Weiß',
  'Yılmaz',
  'Zimmermann',
];

export const places: readonly (readonly [
  zip: string,
  city: string,
  country: string,
  language: string,
  dial: string,
])[] = [
  ['10115', 'Berlin', 'Germany', 'de', '+49 30'],
  ['20095', 'Hamburg', 'Germany', 'de', '+49 40'],
  ['50667', 'Köln', 'Germany', 'de', '+49 221'],
  ['80331', 'München', 'Germany', 'de', '+49 89'],
  ['01067', 'Dresden', 'Germany', 'de', '+49 351'],
  ['26180', 'Rastede', 'Germany', 'de', '+49 4402'],
  ['8001', 'Zürich', 'Switzerland', 'de', '+41 44'],
  ['1010', 'Wien', 'Austria', 'de', '+43 1'],
  ['75001', 'Paris', 'France', 'fr', '+33 1'],
  ['1012 JS', 'Amsterdam', 'Netherlands', 'nl', '+31 20'],
  ['00-001', 'Warszawa', 'Poland', 'pl', '+48 22'],
  ['34000', 'İstanbul', 'Turkey', 'tr', '+90 212'],
];

export const streets: readonly string[] = [
  'Hauptstraße',
  'Schloßallee',
  'Am Deich',
  'Ring',
  'Rue de la Paix',
  'Keizersgracht',
];

export const stores: readonly string[] = ['', 'Hamburg', 'Köln', 'Onlineshop'];

export const tagNames: readonly string[] = ['customer', 'vip', 'OIH.customer', 'shop.newsletter', 'fair_2025', 'press'];

const letters: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', ı: 'i', ł: 'l' };

/** A name in characters that are valid in an address. */
export function addressPart(name: string): string {
  return name
    .toLowerCase()
    .replace(/[äöüßıł]/g, (one) => letters[one] ?? one)
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}
