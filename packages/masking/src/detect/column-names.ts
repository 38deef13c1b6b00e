import type { PersonalKind } from './finding.js';

/** What a column can hold of people, besides what a text can. */
export type ColumnKind =
  | PersonalKind
  | 'given-name'
  | 'family-name'
  | 'city'
  | 'region'
  | 'postcode'
  | 'user-name'
  | 'device'
  | 'work'
  | 'image'
  | 'sensitive'
  | 'free-text'
  | 'document';

/** What the name of a column says of it. */
export interface NameHint {
  readonly kind: ColumnKind;
  /** The words of the name that say so. */
  readonly words: string;
}

/**
 * Words of names of columns, in English, German, French, Spanish, Portuguese, Italian, Dutch,
 * Russian and Japanese; a blank within a pattern may be absent. The first that fits counts.
 */
const hints: readonly (readonly [ColumnKind, string])[] = [
  [
    'national-id',
    `ssn|social security( (no|number))?|national (id|number)|tax (id|number|no)|tin|nino|ni number|
    steuer (id|nummer)|dni|nie|nif|cpf|bsn|inn|snils|pesel|codice fiscale|nir|personnummer|
    passport( (no|number|id))?|driver ?s? ?licen[cs]e( (no|number))?|personalausweis( nummer)?|
    паспорт|инн|снилс|マイナンバー|個人番号|aadhaar|sozialversicherungsnummer|numero securite sociale|vat (no|number|id)|ust id( nr)?`,
  ],
  [
    'card',
    'card (no|num|number)|credit card|cc (num|number|no)|pan|kreditkarte|kartennummer|cvv|cvc|tarjeta',
  ],
  ['iban', 'iban|account (no|num|number)|bank account|kontonummer|acct (no|num)|numero de cuenta'],
  [
    'password-hash',
    `password|passwd|pwd|passwort|kennwort|mot de passe|contrase(n|ñ)a|senha|wachtwoord|пароль|
    パスワード|pass hash|passhash|password (hash|digest)|encrypted password|hashed password`,
  ],
  [
    'secret',
    `token|secret|api key|private key|access key|auth key|signing key|otp|totp|pin|pin code|salt|
    session key|credentials?|recovery codes?|webhook url|client secret`,
  ],
  ['ip', 'ip|ip (address|addr)|remote (addr|address)|client addr|ipv 4|ipv 6'],
  ['mac', 'mac|mac (address|addr)'],
  ['device', 'user agent|device (id|name|token)|imei|imsi|idfa|advertising id|browser'],
  [
    'email',
    'e mail|e ?mail|mail|courriel|correo( electronico)?|почта|メール( アドレス)?|mailaddress',
  ],
  [
    'phone',
    `phone|mobile|cell|fax|tel|telephone|telefon|telefono|teléfono|telefone|handy|m(o|ó)vil|
    celular|cellphone|homephone|workphone|whatsapp|телефон|мобильный|電話( 番号)?|携帯`,
  ],
  [
    'birth-date',
    `birth|birthday|birthdate|date of birth|dob|born|geboren|geburtsdatum|geburtstag|naissance|
    nacimiento|nascimento|nascita|geboortedatum|рождения|生年月日|誕生日`,
  ],
  [
    'given-name',
    `first name|given name|forename|fore name|middle name|christian name|fname|vorname|pr(e|é)nom|
    primer nombre|voornaam|имя|отчество|名`,
  ],
  [
    'family-name',
    `last name|surname|sur name|family name|maiden name|lname|nachname|familienname|apellidos?|
    nom de famille|sobrenome|cognome|achternaam|фамилия|姓`,
  ],
  ['user-name', 'user name|login|login name|nick|nickname|handle|screen name|benutzername|логин'],
  [
    'person-name',
    `full name|fullname|display name|contact name|customer name|person name|employee name|
    recipient( name)?|card ?holder( name)?|billing name|shipping name|author|author name|composer|
    account holder|holder|owner name|signed by|kontoinhaber|фио|氏名|お名前`,
  ],
  [
    'postcode',
    'post code|postcode|postal code|zip|zip code|plz|postleitzahl|code postal|codigo postal|cep|индекс|郵便番号',
  ],
  [
    'address',
    `address( line)?( \\d)?|addr( \\d)?|street( (name|line|address))?( \\d)?|house (no|number)|stra(ss|ß)e|
    line \\d|delivery (hint|instructions?|notes?)|hausnummer|anschrift|adresse|direcci(o|ó)n|rue|calle|endere(c|ç)o|indirizzo|adres|адрес|улица|住所`,
  ],
  [
    'geo',
    'lat|latitude|lng|lon|longitude|coordinates?|coords|geo ?location|gps( position)?|geo ?point',
  ],
  ['image', 'picture|photo|avatar|portrait|signature|fingerprint|face|selfie|foto|passbild|写真'],
  [
    'sensitive',
    `gender|sex|religion|ethnicity|race|nationality|marital status|disability|diagnosis|medical( .*)?|
    health( .*)?|blood type|salary|wage|income|sexual orientation|political( .*)?|criminal( .*)?|
    credit (limit|score|rating)|bonus|skills?|geschlecht|gehalt|konfession|familienstand|sexo|salaire|salario|пол|зарплата|性別`,
  ],
  [
    'free-text',
    'notes?|comments?|(gift |personal )?message|remarks?|feedback|bio|biography|body|reply|answer|bemerkung(en)?|notiz(en)?|commentaire|comentarios?|примечание|комментарий|備考|special request',
  ],
];

const places: typeof hints = [
  ['city', 'city|town|ort|wohnort|stadt|ville|ciudad|cidade|citt(a|à)|plaats|город|市区町村'],
  [
    'region',
    'state|province|district|county|region|bundesland|departement|provincia|область|都道府県|country|land|pays|país|страна|国',
  ],
  [
    'work',
    'company|employer|firma|job title|title|position|occupation|profession|beruf|hire date|hired on|employed since',
  ],
];

/** In a table of what people write to each other. */
const writings: typeof hints = [['free-text', 'subject|title|content|text|betreff']];

const compiled = (list: typeof hints) =>
  list.map(([kind, words]) => ({
    kind,
    pattern: new RegExp(` (${words.replace(/\s*\n\s*/g, '').replaceAll(' ', ' ?')})(?= )`, 'u'),
  }));
const named = compiled(hints);
const placed = compiled(places);
const written = compiled(writings);

/** Columns about a thing, not the thing: when it was verified, which sort it is, how many there are. */
const about =
  / (id|ids|uuid|count|type|kind|status|verified|confirmed|enabled|sent|at|flag|format|length|expires?|expiry|changed|updated|created|template|attempts?|required|valid) $/u;
const asked = /^ (is|has|can|should|must|num|wants|allow|accepts|send) /u;

/** Tables of people, or of where they live or what goes to them. */
const peopled =
  /(?:^| )(customer|client|user|person|people|employee|staff|actor|author|member|patient|contact|student|teacher|subscriber|guest|visitor|driver|owner|lead|recipient|applicant|candidate|passenger|account|address|addresse|shipment|delivery|invoice|order|kunde|kunden|benutzer|mitarbeiter|adresse|adressen|utilisateur|cliente|usuario|empleado|пользователи|клиенты|顧客|会員)(?:s|es|en)?(?= |$)/u;
const prefixed =
  / (billing|shipping|home|work|delivery|customer|birth|mailing|residential|rechnungs|liefer) /u;

const things = /(?:^| )(order|invoice|shipment|delivery|account)(?:s|es|en)?$/u;
const addressed = /(?:^| )(address|addresse|adresse|adressen)(?:s|es|en)?$/u;
const writing =
  /(?:^| )(message|review|ticket|comment|mail|email|letter|post|chat|note|feedback|testimonial)s?$/u;

/** What the name of a column says, or null. The table tells whose name a `name` is. */
export function hintOf(name: string, table: string): NameHint | null {
  const words = ` ${wordsOf(name)} `;
  const isAbout = about.test(words) || asked.test(words);
  for (const { kind, pattern } of named) {
    const found = pattern.exec(words)?.[1];
    if (found === undefined) continue;
    // A tax id is one, though it ends as a key does.
    const endsWord = words.endsWith(`${found} `);
    if (isAbout && !(endsWord && (kind === 'national-id' || kind === 'secret'))) continue;
    return { kind, words: found };
  }
  if (isAbout) return null;
  const found = (list: typeof named) => {
    const hint = list.find(({ pattern }) => pattern.test(words));
    return hint ? { kind: hint.kind, words: hint.pattern.exec(words)?.[1] ?? '' } : null;
  };
  if (/ by $/u.test(words)) return { kind: 'user-name', words: 'by' };
  const of = wordsOf(table);
  if (writing.test(of)) return found(written);
  const isPrefixed = prefixed.test(words);
  if (!isPrefixed && !peopled.test(of)) return null;
  const place = isPrefixed || !things.test(of) ? found(placed) : null;
  if (place) return place;
  const isName = / (name|nom|nombre|nome|naam|имя|名前) $/u.test(words);
  return isName && !things.test(of) && !addressed.test(of)
    ? { kind: 'person-name', words: 'name' }
    : null;
}

/** `customerFirst_NAME` as `customer first name`. */
function wordsOf(name: string): string {
  return name
    .slice(0, 200)
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ');
}
