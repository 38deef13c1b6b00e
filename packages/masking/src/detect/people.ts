import { anyOf, bounded, places } from './bounded.js';
import { namesOfPeople } from './common-names.js';
import type { Finding } from './finding.js';

const capital = bounded(/(?<![\p{L}\p{N}'’-])\p{Lu}[\p{L}'’-]{1,30}(?![\p{L}\p{N}])/gu);
/** Words of respect that follow a name. */
const respect = bounded(/^[\p{Script=Han}々]{0,3}(?:様|殿|氏|さん|くん|先生)/u);
const kanji = bounded(
  /[\p{Script=Han}々]{2,400}(?:[ \u3000][\p{Script=Han}々]{1,4})?(?:さん|くん)?/gu,
);
const titles = anyOf(
  'Mr Mrs Ms Miss Herr Frau Mme Mlle Madame Monsieur Señor Señora Sr Sra Don Doña г-н г-жа Signor Signora',
);
const titled = bounded(
  new RegExp(
    `(?<!\\p{L})(?:${titles})\\.?\\s(?<it>\\p{Lu}[\\p{L}'’.-]{1,30}(?:\\s\\p{Lu}[\\p{L}'’-]{1,30}){0,2})`,
    'gu',
  ),
);

/**
 * Names of people: a given name beside a family name, both known in one of the languages of the
 * generator, or capitals after a title.
 */
export function* personNames(text: string): Generator<Finding> {
  const { given, family } = namesOfPeople();
  const isGiven = (word: string) => given.has(word.toLowerCase());
  const isFamily = (word: string) => family.has(word.toLowerCase());
  let before: { value: string; start: number; end: number } | null = null;
  for (const word of places(capital, text)) {
    const gap = before && text.slice(before.end, word.start);
    const [one, other] = [before?.value ?? '', word.value];
    const isOrdered = gap === ' ' && isGiven(one) && isFamily(other);
    const isTurned = (gap === ', ' || gap === ' ') && isFamily(one) && isGiven(other);
    if (before && (isOrdered || isTurned)) {
      const evidence = 'a name: a known given name beside a known family name';
      yield { kind: 'person-name', start: before.start, end: word.end, evidence };
      before = null;
    } else before = word;
  }
  for (const { start, end } of places(titled, text)) {
    yield { kind: 'person-name', start, end, evidence: 'a name: capitals after a title' };
  }
  for (const { value, start } of places(kanji, text)) yield* inKanji(value, start, given, family);
}

/** Japanese writes the family name first, and mostly nothing between the two. */
function* inKanji(
  run: string,
  offset: number,
  given: ReadonlySet<string>,
  family: ReadonlySet<string>,
): Generator<Finding> {
  for (let at = 0; at < run.length; at++) {
    const end = endOfName(run, at, given, family);
    if (end === null) continue;
    const evidence = 'a name: a known family name before a known given name';
    yield { kind: 'person-name', start: offset + at, end: offset + end, evidence };
    at = end - 1;
  }
}

function endOfName(
  run: string,
  at: number,
  given: ReadonlySet<string>,
  family: ReadonlySet<string>,
): number | null {
  for (const first of [3, 2, 1]) {
    if (!family.has(run.slice(at, at + first))) continue;
    const respected = respect.exec(run.slice(at + first, at + first + 6));
    if (first > 1 && respected) return at + first + respected[0].length;
    const gap = /[ \u3000]/.test(run[at + first] ?? '') ? 1 : 0;
    for (const second of [3, 2, 1]) {
      const name = run.slice(at + first + gap, at + first + gap + second);
      if (first + second >= 3 && name.length === second && given.has(name)) {
        return at + first + gap + second;
      }
    }
  }
  return null;
}

const streetWords = anyOf(`Street St Avenue Ave Road Rd Boulevard Blvd Lane Ln Drive Dr Court Ct Way
  Place Pl Square Sq Terrace Parkway Pkwy Highway Hwy Crescent Close Grove Manor Loop Alley Row`);
const word = "\\p{Lu}[\\p{L}.'’-]{0,25}";
const small =
  '(?:de|del|della|di|da|do|dos|du|des|la|las|le|les|los|el|am|an|der|den|im|zum|zur|van|of|the)';
const number = '\\d{1,5}[A-Za-z]?(?:[-/]\\d{1,4}[A-Za-z]?)?';
const streets = (
  [
    [
      'English',
      `(?<![\\p{L}\\p{N}])${number},? (?:(?:${word}|${small}|\\d{1,3}(?:st|nd|rd|th)) ){1,5}(?:${streetWords})(?![\\p{L}])`,
    ],
    [
      'German or Dutch',
      `(?<!\\p{L})(?:\\p{Lu}[\\p{L}.]{1,25}[ -]){0,3}\\p{L}{0,25}(?:[Ss]tra(?:ß|ss)e|[Ss]tr\\.|gasse|weg|[Pp]latz|[Aa]llee|ufer|damm|straat|laan|plein|gracht|kade) ${number}(?!\\p{N})`,
    ],
    [
      'French',
      `(?<![\\p{L}\\p{N}])${number},? (?:bis |ter )?(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Qq]uai|[Cc]ours|[Rr]oute) (?:(?:${small} |[dl]['’])){0,3}${word}`,
    ],
    [
      'Spanish, Italian or Portuguese',
      `(?<!\\p{L})(?:Calle|C/|Avenida|Avda?\\.|Plaza|Paseo|Camino|Carrera|Via|Viale|Piazza|Corso|Rua|Praça|Travessa|Alameda) (?:(?:${word}|${small}) ){0,5}(?:${word}),? (?:n[.º°]{1,2} ?)?${number}(?!\\p{N})`,
    ],
    [
      'Russian',
      `(?<!\\p{L})(?:ул\\.|улица|пр\\.|пр-т|проспект|пер\\.|переулок|наб\\.|бульвар|шоссе) ?[\\p{L}\\d][\\p{L} .-]{1,40},? ?(?:д\\.|дом)? ?\\d{1,4}`,
    ],
    [
      'Japanese',
      '〒\\d{3}-?\\d{4}|[\\p{Script=Han}\\p{Script=Katakana}\\p{Script=Hiragana}々]{1,15}[市区町村郡][\\p{Script=Han}\\p{Script=Katakana}\\p{Script=Hiragana}々]{0,15}[\\d０-９一二三四五六七八九十]{1,4}(?:丁目|番|-)|[\\d０-９]{1,3}丁目[\\d０-９]{1,3}番',
    ],
  ] as const
).map(([language, form]) => ({ language, form: bounded(new RegExp(form, 'gu')) }));

/** Street lines, in the order of their language: a word for a street, and a house number. */
export function* addresses(text: string): Generator<Finding> {
  if (!/[\d０-９]/.test(text)) return;
  for (const { language, form } of streets) {
    for (const { start, end } of places(form, text)) {
      const evidence = `an address: a street and a number, as in ${language}`;
      yield { kind: 'address', start, end, evidence };
    }
  }
}

const born =
  anyOf(`born dob birth birthday birthdate geboren geb\\. geburtsdatum née? naissance nacid[oa]
  nacimiento nat[oa] nascita nascimento geboortedatum родил(?:ся|ась) рожд[\\p{L}]{0,9} 生年月日 誕生日`);
const months = '\\p{L}{3,10}';
const birth = bounded(
  new RegExp(
    `(?<!\\p{L})(?:${born})[^\\d\\n]{0,16}(?<it>\\d{1,4}[./-]\\d{1,2}[./-]\\d{1,4}|\\d{1,2}\\.? (?:de )?${months}\\.?,? (?:de )?\\d{4}|\\d{4}年\\d{1,2}月\\d{1,2}日)|(?<!\\p{L})(?:born|birth)[^\\d\\n]{0,12} (?:${months} \\d{1,2},? \\d{4})`,
    'giu',
  ),
);

/** Dates after a word for a birth. */
export function* birthDates(text: string): Generator<Finding> {
  if (!/\d{4}|\d[./-]\d/.test(text)) return;
  for (const { start, end } of places(birth, text)) {
    yield { kind: 'birth-date', start, end, evidence: 'a date after a word for a birth' };
  }
}
