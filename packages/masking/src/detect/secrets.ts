import { anyOf, bounded, places } from './bounded.js';
import type { Finding } from './finding.js';

/** Keys and tokens whose makers gave them a form of their own. */
const forms = (
  [
    ['a private key in PEM', /-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY-----/g],
    ['a private key of PuTTY', /PuTTY-User-Key-File-\d/g],
    ['an access key of AWS', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g],
    ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z\d]{36,255}|github_pat_[A-Za-z\d_]{22,255})\b/g],
    ['a token of GitLab', /\bgl(?:pat|dt|rt|soat)-[A-Za-z\d_-]{20,64}/g],
    ['a token of Slack', /\bxox[abeoprs]-[A-Za-z\d-]{10,250}/g],
    ['a key of Stripe', /\b(?:sk|rk)_(?:live|test)_[A-Za-z\d]{16,250}\b/g],
    ['a key of Google', /\bAIza[A-Za-z\d_-]{35}(?![A-Za-z\d_-])/g],
    ['a key of SendGrid', /\bSG\.[A-Za-z\d_-]{16,32}\.[A-Za-z\d_-]{32,64}/g],
    ['a token of npm', /\bnpm_[A-Za-z\d]{36}\b/g],
    ['a key of OpenAI or Anthropic', /\bsk-(?:ant-|proj-)?[A-Za-z\d_-]{32,200}/g],
    ['a web hook of Slack', /hooks\.slack\.com\/services\/[A-Za-z\d/]{20,80}/g],
    [
      'a user and password in a URL',
      /[a-z][a-z\d+.-]{1,20}:\/\/(?<it>[^\s/:@]{1,100}:[^\s/@]{1,100})@/gi,
    ],
  ] as const
).map(([what, form]) => ({ what, form: bounded(form) }));

const jwt = bounded(
  /(?<![\w-])eyJ[A-Za-z\d_-]{8,2000}\.[A-Za-z\d_-]{2,4000}\.[A-Za-z\d_-]{0,1000}/g,
);

const named = bounded(
  new RegExp(
    `(?:${anyOf(`password passwd passwort pwd secret client_secret api[_-]?key access[_-]?key
      auth[_-]?token access[_-]?token refresh[_-]?token private[_-]?key contraseña clave пароль パスワード
      mot.de.passe`)})["']?\\s{0,3}(?:[:=]|is\\b)\\s{0,3}["']?(?<it>[^\\s"',;<>{}]{4,200})`,
    'giu',
  ),
);

/** One of these stands in each word that `named` knows. */
const word = /pass|pwd|secret|key|token|contrase|clave|пароль|パスワード/iu;

const random = bounded(/(?<![A-Za-z\d+/_=-])[A-Za-z\d+/_-]{20,400}={0,2}(?![A-Za-z\d+/_=-])/g);

/** What stands in each of the forms: most texts have none of it, and need not be tried. */
const sign =
  /-----BEGIN|PuTTY|A(?:KIA|SIA|BIA|CCA)|gh[pousr]_|github_pat_|gl(?:pat|dt|rt|soat)-|xox|[sr]k_|AIza|SG\.|npm_|sk-|hooks\.slack|:\/\//;

/** Keys and tokens: by their form, by the word before them, and by how random they look. */
export function* secrets(text: string): Generator<Finding> {
  if (text.length < 6) return;
  for (const { what, form } of sign.test(text) ? forms : []) {
    for (const { start, end } of places(form, text)) {
      yield {
        kind: 'secret',
        start,
        end: what.includes('PEM') ? endOfPem(text, end) : end,
        evidence: what,
      };
    }
  }
  for (const { value, start, end } of text.includes('eyJ') ? places(jwt, text) : []) {
    if (isJwt(value)) yield { kind: 'secret', start, end, evidence: 'a JWT: its header is JSON' };
  }
  for (const { start, end } of word.test(text) ? places(named, text) : []) {
    yield { kind: 'secret', start, end, evidence: 'what follows a word for a password or a key' };
  }
  for (const { value, start, end } of places(random, text)) {
    if (!looksRandom(value)) continue;
    yield { kind: 'secret', start, end, evidence: 'a long text of random letters and digits' };
  }
}

/** The largest keys have some 13,000 characters. */
function endOfPem(text: string, from: number): number {
  const body = text.slice(from, from + 16_000);
  const end = body.indexOf('-----END');
  return from + (end === -1 ? body.length : Math.min(body.length, end + 40));
}

function isJwt(token: string): boolean {
  const head = token.slice(0, token.indexOf('.'));
  try {
    return 'alg' in JSON.parse(Buffer.from(head, 'base64url').toString());
  } catch {
    return false;
  }
}

/**
 * Whether letters and digits are mixed as chance mixes them: all three sorts, many changes between
 * them, and 3.5 bits for each character (Shannon). Digests in hexadecimal are no secrets by
 * themselves, and words joined by hyphens or slashes are words.
 */
function looksRandom(token: string): boolean {
  const bare = token.replace(/=/g, '');
  const count = (sort: RegExp) => bare.match(sort)?.length ?? 0;
  if (count(/[A-Z]/g) < 2 || count(/[a-z]/g) < 2 || count(/\d/g) < (bare.length < 32 ? 2 : 1))
    return false;
  if (/^[\dA-Fa-f-]{1,400}$/.test(bare)) return false;
  if (!bare.split(/[-_/+]/).some((piece) => piece.length >= 12)) return false;
  let changes = 0;
  for (let i = 1; i < bare.length; i++) {
    if (sortOf(bare[i]!) !== sortOf(bare[i - 1]!)) changes += 1;
  }
  return changes / bare.length >= 0.35 && entropy(bare) >= 3.5;
}

function sortOf(character: string): number {
  if (character >= 'a' && character <= 'z') return 0;
  return character >= 'A' && character <= 'Z' ? 1 : 2;
}

/** Bits for each character, by how often each stands there. */
function entropy(text: string): number {
  const times = new Map<string, number>();
  for (const character of text) times.set(character, (times.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of times.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Forms in which programs keep passwords. */
const hashes = (
  [
    ['bcrypt', /\$2[abxy]?\$\d\d\$[./A-Za-z\d]{53}(?![./A-Za-z\d])/g],
    [
      'Argon2',
      /\$argon2(?:id|i|d)\$v=\d{1,3}\$m=\d{1,9},t=\d{1,5},p=\d{1,4}\$[\w+/]{4,200}\$[\w+/]{8,400}/g,
    ],
    ['crypt', /(?<![\w$])\$(?:1|5|6|7|y|sha1|apr1)\$[\w$=./]{8,400}/g],
    ['PBKDF2', /\bpbkdf2[_:](?:sha\d{1,3}|hmac)[$:][\w$:=./+]{20,400}/g],
    ['scrypt', /\bscrypt[:$][\w$:=,./+]{20,400}/g],
    ['LDAP', /\{(?:S?SHA(?:\d{3})?|S?MD5|CRYPT)\}[A-Za-z\d+/=$.]{12,400}/g],
    ['MySQL', /(?<![\w*])\*[\dA-F]{40}(?!\w)/g],
  ] as const
).map(([what, form]) => ({ what, form: bounded(form) }));

/** Passwords as programs keep them: salted hashes in the form of their scheme. */
export function* passwordHashes(text: string): Generator<Finding> {
  for (const { what, form } of hashes) {
    for (const { start, end } of places(form, text)) {
      yield { kind: 'password-hash', start, end, evidence: `a password hash of ${what}` };
    }
  }
}
