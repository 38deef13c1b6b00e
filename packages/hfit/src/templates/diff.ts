type Edit = { readonly mark: ' ' | '-' | '+'; readonly line: string };

/** How many lines that stay are shown around those that do not. */
const context = 3;

/**
 * What changes from one text to another, as a unified diff; empty where they are the same.
 * Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
 */
export function unifiedDiff(
  before: string,
  after: string,
  names: readonly [string, string],
): string {
  if (before === after) return '';
  const edits = editsOf(linesOf(before), linesOf(after));
  const parts = hunks(edits);
  return [`--- ${names[0]}`, `+++ ${names[1]}`, ...parts].join('\n');
}

/** The end of the last line is part of it, so that one that is missing shows. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop()}\n\\ No newline at end of file`);
  return lines;
}

function editsOf(from: readonly string[], to: readonly string[]): Edit[] {
  const trace = pathsOf(from, to);
  const edits: Edit[] = [];
  let [x, y] = [from.length, to.length];
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] as Map<number, number>;
    const k = x - y;
    const down = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1));
    const [fromX, fromK] = down ? [at(reach, k + 1), k + 1] : [at(reach, k - 1), k - 1];
    const fromY = fromX - fromK;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      edits.push({ mark: ' ', line: from[--x] as string });
      y--;
    }
    if (d === 0) break;
    if (down) edits.push({ mark: '+', line: to[--y] as string });
    else edits.push({ mark: '-', line: from[--x] as string });
  }
  return edits.reverse();
}

/** How far each diagonal was reached before each further edit. */
function pathsOf(from: readonly string[], to: readonly string[]): Map<number, number>[] {
  const trace: Map<number, number>[] = [];
  const reach = new Map<number, number>([[1, 0]]);
  for (let d = 0; ; d++) {
    trace.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(reach, k - 1) < at(reach, k + 1));
      let x = down ? at(reach, k + 1) : at(reach, k - 1) + 1;
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) x++;
      reach.set(k, x);
      if (x >= from.length && x - k >= to.length) return trace;
    }
  }
}

const at = (reach: Map<number, number>, k: number) => reach.get(k) ?? 0;

function hunks(edits: readonly Edit[]): string[] {
  const near = edits.map((_, i) =>
    edits.slice(Math.max(0, i - context), i + context + 1).some(({ mark }) => mark !== ' '),
  );
  const lines: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let i = 0; i < edits.length; ) {
    let end = i;
    while (end < edits.length && near[end] === near[i]) end++;
    const part = edits.slice(i, end);
    const olds = part.filter(({ mark }) => mark !== '+').length;
    const news = part.filter(({ mark }) => mark !== '-').length;
    if (near[i]) {
      lines.push(`@@ -${rangeOf(oldLine, olds)} +${rangeOf(newLine, news)} @@`);
      lines.push(...part.map(({ mark, line }) => mark + line));
    }
    oldLine += olds;
    newLine += news;
    i = end;
  }
  return lines;
}

function rangeOf(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start}${count === 1 ? '' : `,${count}`}`;
}
