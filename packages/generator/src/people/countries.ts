import type { LocaleName } from '../locale.js';

/** What else is different from land to land. */
export interface Country {
  /** In the language of the locale. */
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Patterns for `Draws.digits` of all numbers there, not only of those that reach nobody. */
  readonly anyPhone: string;
  /** What a company may do, one word each. */
  readonly trades: readonly string[];
  /** The form of a company, one word each. */
  readonly forms: readonly string[];
  company(name: string, form: string): string;
}

const words = (text: string) => text.split(' ');
const formLast = (name: string, form: string) => `${name} ${form}`;

export const countries: Readonly<Record<LocaleName, Country>> = {
  en: {
    name: 'United States',
    code: 'US',
    currency: 'USD',
    anyPhone: '+1 !##-!##-####',
    trades: words('Consulting Energy Foods Freight Health Insurance Media Motors Systems Textiles'),
    forms: words('Corp. Inc. LLC Ltd.'),
    company: formLast,
  },
  de: {
    name: 'Deutschland',
    code: 'DE',
    currency: 'EUR',
    anyPhone: '+49 1!# ########',
    trades: words('Bau Elektro Energie Handel Logistik Medien Möbel Technik Textil Verlag'),
    forms: words('AG GmbH KG OHG'),
    company: formLast,
  },
  es: {
    name: 'España',
    code: 'ES',
    currency: 'EUR',
    anyPhone: '+34 6## ### ###',
    trades: words('Alimentación Consultores Editorial Energía Logística Muebles Seguros Textil'),
    forms: words('S.A. S.Coop. S.L.'),
    company: formLast,
  },
  fr: {
    name: 'France',
    code: 'FR',
    currency: 'EUR',
    anyPhone: '+33 6 ## ## ## ##',
    trades: words('Assurances Conseil Éditions Énergie Logistique Médias Meubles Textile'),
    forms: words('S.A. SARL SAS'),
    company: formLast,
  },
  ja: {
    name: '日本',
    code: 'JP',
    currency: 'JPY',
    anyPhone: '+81 90-####-####',
    trades: words('運輸 化学 建設 工業 産業 商事 食品 電機 物流 保険'),
    forms: words('株式会社 合同会社 有限会社'),
    company: (name, form) => `${form}${name.replaceAll(' ', '')}`,
  },
  ru: {
    name: 'Россия',
    code: 'RU',
    currency: 'RUB',
    anyPhone: '+7 9## ###-##-##',
    trades: words('Логистика Медиа Мебель Страхование Строй Текстиль Торг Транс Энерго'),
    forms: words('АО ЗАО ООО'),
    company: (name, form) => `${form} «${name}»`,
  },
};
