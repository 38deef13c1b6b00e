import type { Random } from './random.js';

/** People of one country: how they are called and where they live. */
interface Place {
  readonly country: string;
  readonly calling: string;
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** Between family name and given name where the family comes first. */
  readonly familyFirst?: string;
  readonly cities: readonly string[];
  readonly streets: readonly string[];
}

const words = (text: string) => text.split(', ');

const places: readonly Place[] = [
  {
    country: 'DE',
    calling: '+49 30 ',
    given: words('Jürgen, Zoë, Anneliese, Björn, Friedrich-Wilhelm'),
    family: words('Müller, Groß, von der Ährenthal, Öztürk, Strauß'),
    cities: words('Köln, München, Görlitz, Weiden i. d. OPf.'),
    streets: words('Straße des 17. Juni, Große Bäckerstraße, Am Mühlgraben'),
  },
  {
    country: 'IE',
    calling: '+353 1 ',
    given: words('Seán, Síle, Niamh, Caoimhín'),
    family: words("O'Connor, Ó Súilleabháin, D’Arcy, Mac an tSaoir"),
    cities: words('Dún Laoghaire, Cill Airne, Baile Átha Cliath'),
    streets: words("St. Stephen's Green, Sráid Uí Chonaill"),
  },
  {
    country: 'ES',
    calling: '+34 91 ',
    given: words('José María, Begoña, Íñigo, Lluís'),
    family: words('Azañón Dá Silva, Núñez, Güell i Bacigalupi'),
    cities: words('A Coruña, Logroño, Sant Adrià de Besòs'),
    streets: words('Calle de la Cigüeña, Avinguda del Paral·lel'),
  },
  {
    country: 'PL',
    calling: '+48 22 ',
    given: words('Łukasz, Małgorzata, Świętosław'),
    family: words('Brzęczyszczykiewicz, Wójcik, Żółć'),
    cities: words('Łódź, Kraków, Szczebrzeszyn'),
    streets: words('ul. Żołnierzy Września, al. Róż'),
  },
  {
    country: 'GR',
    calling: '+30 210 ',
    given: words('Γιώργος, Ελένη, Άγγελος'),
    family: words('Παπαδόπουλος, Χατζηγιάννη, Ξενάκης'),
    cities: words('Αθήνα, Θεσσαλονίκη'),
    streets: words('Οδός Ερμού, Λεωφόρος Κηφισίας'),
  },
  {
    country: 'UA',
    calling: '+380 44 ',
    given: words('Ґалаґан, Соломія, Ярослав'),
    family: words('Їжакевич, Ковальчук, Шевченко'),
    cities: words('Київ, Кам’янець-Подільський'),
    streets: words('вул. Хрещатик, пров. Ґонти'),
  },
  {
    country: 'AE',
    calling: '+971 4 ',
    given: words('محمّد, فاطمة, عبد الله'),
    family: words('الهاشمي, بن راشد, القاسمي'),
    cities: words('دبي, أبوظبي'),
    streets: words('شارع الشيخ زايد, شارع ٢٣'),
  },
  {
    country: 'IL',
    calling: '+972 3 ',
    given: words('נועה, יִצְחָק, שלומית'),
    family: words("כהן, בן־גוריון, ז'בוטינסקי"),
    cities: words('תל אביב–יפו, ירושלים'),
    streets: words('רחוב אבן גבירול, שד׳ רוטשילד'),
  },
  {
    country: 'CN',
    calling: '+86 10 ',
    given: words('秀英, 偉, 子涵, 𠮷'),
    family: words('王, 歐陽, 李, 司马'),
    familyFirst: '',
    cities: words('北京市, 呼和浩特'),
    streets: words('长安街, 南京东路'),
  },
  {
    country: 'JP',
    calling: '+81 3 ',
    given: words('さくら, ケンジ, 龍之介'),
    family: words('渡邉, 𠮷野家, 小鳥遊'),
    familyFirst: ' ',
    cities: words('東京都千代田区, 京都市'),
    streets: words('丸の内, 烏丸通'),
  },
  {
    country: 'KR',
    calling: '+82 2 ',
    given: words('지우, 서연, 하늘빛나'),
    family: words('김, 이, 남궁'),
    familyFirst: '',
    cities: words('서울특별시, 부산광역시'),
    streets: words('세종대로, 강남대로'),
  },
  {
    country: 'TH',
    calling: '+66 2 ',
    given: words('สมชาย, กัญญารัตน์, ปิ่นเกล้า'),
    family: words('ศรีสุวรรณ, วงศ์ใหญ่'),
    cities: words('กรุงเทพมหานคร, เชียงใหม่'),
    streets: words('ถนนสุขุมวิท, ซอยอารีย์'),
  },
  {
    country: 'IN',
    calling: '+91 11 ',
    given: words('आदित्य, श्रुति, कृष्णा'),
    family: words('शर्मा, अय्यर, त्रिपाठी'),
    cities: words('दिल्ली, वाराणसी'),
    streets: words('महात्मा गांधी मार्ग, चाँदनी चौक'),
  },
  {
    country: 'TR',
    calling: '+90 212 ',
    given: words('Işıl, İbrahim, Çağrı'),
    family: words('Yılmaz, Güneş, Şahin'),
    cities: words('İstanbul, Diyarbakır'),
    streets: words('İstiklâl Caddesi, Iğdır Sokağı'),
  },
  {
    country: 'VN',
    calling: '+84 24 ',
    given: words('Thị Hồng Nhung, Văn Đức, Quỳnh'),
    family: words('Nguyễn, Đặng, Võ'),
    familyFirst: ' ',
    cities: words('Hà Nội, Đà Nẵng'),
    streets: words('Phố Hàng Bạc, Đường Lê Lợi'),
  },
  {
    country: 'US',
    calling: '+1 555 ',
    given: words('Ada, 👩🏽‍🚀 Nova, X Æ A-12, Null'),
    family: words("Test, McDonald, Nulty-O'Hara, True"),
    cities: words("Truth or Consequences, Coeur d'Alene"),
    streets: words('1st St. NE, "Old" Mill Rd'),
  },
];

export interface Person {
  readonly name: string;
  readonly place: Place;
}

export function person(random: Random): Person {
  const place = random.pick(places);
  const [given, family] = [random.pick(place.given), random.pick(place.family)];
  const { familyFirst } = place;
  const name = familyFirst === undefined ? `${given} ${family}` : `${family}${familyFirst}${given}`;
  return { name, place };
}

/** Names that no form should have let in, and one did. */
export const oddNames = [
  "Robert'); DROP TABLE customers;--",
  'C:\\Users\\Zoë\\N',
  '\\N',
  '\\.',
  'Tab\there',
  'New\nline',
  'CR\r\nLF',
  '${customer_id}',
  '"quoted" and \'single\' and $$dollar$$',
  'NULL',
  ' ',
  '🏴󠁧󠁢󠁷󠁬󠁳󠁿 Ddraig 👨‍👩‍👧‍👦',
  'e\u0301 is not é\u200b\u2028',
  '\u202eleft to right?',
] as const;

const remarks = [
  'Please ring twice.',
  'Arrived broken, again!',
  'Parfait, merci beaucoup – à bientôt.',
  'Не подошёл размер, верните деньги.',
  '箱が濡れていました。',
  'لم يصل الطلب بعد',
  'Path is C:\\temp\\new, see "log"\nand line 2\twith a tab',
  "It's 100% OK; -- really",
  'हस्ताक्षर कौन करेगा?',
  '💸💸💸',
] as const;

/** What people write: mostly short, at times empty, rarely the whole story of their lives. */
export function remark(random: Random): string {
  const kind = random.next();
  if (kind < 0.03) return '';
  if (kind < 0.06) return random.pick(oddNames);
  if (kind > 0.998) return `${random.pick(remarks)} `.repeat(400);
  return Array.from({ length: random.integer(1, 3) }, () => random.pick(remarks)).join(' ');
}

/** Cut between characters, never within one that JavaScript writes as two. */
export function shortRemark(random: Random, length: number): string {
  return [...remark(random)].slice(0, length).join('');
}

export function remarkOrNull(random: Random, probability: number): string | null {
  return random.chance(probability) ? remark(random) : null;
}

export function phone(random: Random, { place }: Person): string {
  return `${place.calling}${random.digits(4)} ${random.digits(3)}`;
}

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15',
  'curl/8.14.1',
] as const;

export function userAgent(random: Random): string {
  return random.pick(agents);
}

export function address(random: Random): string {
  return random.chance(0.8)
    ? `10.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(1, 254)}`
    : `2001:db8::${random.hex(4)}:${random.hex(4)}`;
}
