/** Part of the page's script: which words of two values differ, and how values are laid out. */
export const wordsScript = String.raw`
const mostWords = 600;

// Words, runs of spaces, and single other characters.
const wordsOf = (text) => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];

/** Pieces of both texts, each with whether it is in the other one: the longest common sequence. */
function compareWords(a, b) {
  const x = wordsOf(a), y = wordsOf(b);
  let head = 0;
  while (head < x.length && head < y.length && x[head] === y[head]) head += 1;
  let tail = 0;
  while (tail < x.length - head && tail < y.length - head && x.at(-1 - tail) === y.at(-1 - tail)) tail += 1;
  const p = x.slice(head, x.length - tail), q = y.slice(head, y.length - tail);
  const inA = new Array(p.length).fill(false), inB = new Array(q.length).fill(false);
  if (p.length * q.length > 0 && p.length <= mostWords && q.length <= mostWords) {
    const width = q.length + 1;
    const best = new Uint16Array((p.length + 1) * width);
    for (let i = p.length - 1; i >= 0; i -= 1)
      for (let j = q.length - 1; j >= 0; j -= 1)
        best[i * width + j] = p[i] === q[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
    for (let i = 0, j = 0; i < p.length && j < q.length; ) {
      if (p[i] === q[j]) { inA[i] = true; inB[j] = true; i += 1; j += 1; }
      else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i += 1;
      else j += 1;
    }
  }
  const merge = (words, common) => {
    const pieces = [];
    const add = (text, same) => {
      if (text === '') return;
      const last = pieces.at(-1);
      if (last && last.same === same) last.text += text;
      else pieces.push({ text, same });
    };
    add(words.slice(0, head).join(''), true);
    words.slice(head, words.length - tail).forEach((word, i) => add(word, common[i]));
    add(words.slice(words.length - tail).join(''), true);
    return pieces;
  };
  return [merge(x, inA), merge(y, inB)];
}

/** JSON that is long, on lines of its own; nothing but spaces outside of texts is changed. */
function laidOut(text) {
  if (text === null || text.length < 60 || !/^[[{]/.test(text)) return text;
  try { JSON.parse(text); } catch { return text; }
  let depth = 0;
  return text.replace(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{[]|[}\]]|[,:]|\s+/g, (part) => {
    const line = (change) => { depth += change; return '\n' + '  '.repeat(depth); };
    if (/^\s+$/.test(part)) return '';
    if (part === '{' || part === '[') return part + line(1);
    if (part === '}' || part === ']') return line(-1) + part;
    if (part === ',') return ',' + line(0);
    return part === ':' ? ': ' : part;
  });
}

/** Characters that would not be seen, or would turn others around, are written out. */
const visible = (text) => text.replace(
  /[\p{Cc}\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu,
  (it) => (it === '\n' || it === '\t' ? it : '\\u{' + it.codePointAt(0).toString(16) + '}'),
);
`;
