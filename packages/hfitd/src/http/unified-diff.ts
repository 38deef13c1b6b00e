type Edit = readonly [sign: ' ' | '-' | '+', line: string];

/** How many equal lines stand around a change. */
const context = 3;

/**
 * What changes between two texts, as `diff -u` writes it; empty where nothing does.
 * @param from the name of the old text
 * @param to the name of the new one
 */
export function unifiedDiff(from: string, to: string, before: string, after: string): string {
  if (before === after) return '';
  const edits = editsOf(linesOf(before), linesOf(after));
  const hunks = hunksOf(edits).map(([start, end]) => hunk(edits, start, end));
  return [`--- ${from}\n`, `+++ ${to}\n`, ...hunks].join('');
}

/** Each with its line feed, so that a last line without one is another line. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The edits between what both texts begin and end with, which most changes leave small. */
function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const same = (line: string): Edit => [' ', line];
  return [
    ...before.slice(0, start).map(same),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** Beyond so many steps two texts have little in common, and one simply takes the other's place. */
const mostSteps = 500;

/** The shortest edit script: Myers, "An O(ND) Difference Algorithm and Its Variations", 1986. */
function shortest(before: readonly string[], after: readonly string[]): Edit[] {
  const reached: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  const most = Math.min(before.length + after.length, mostSteps);
  for (let steps = 0; steps <= most; steps++) {
    const next = new Map<number, number>();
    for (let k = -steps; k <= steps; k += 2) {
      let x = isDown(furthest, k, steps) ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      next.set(k, x);
      if (x >= before.length && x - k >= after.length) {
        return wayBack([...reached, furthest], before, after);
      }
    }
    reached.push(furthest);
    furthest = next;
  }
  return [...before.map((line): Edit => ['-', line]), ...after.map((line): Edit => ['+', line])];
}

function at(furthest: ReadonlyMap<number, number>, k: number): number {
  return furthest.get(k) ?? -1;
}

/** Whether diagonal `k` is best reached by a line of the new text. */
function isDown(furthest: ReadonlyMap<number, number>, k: number, steps: number): boolean {
  return k === -steps || (k !== steps && at(furthest, k - 1) < at(furthest, k + 1));
}

function wayBack(
  reached: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Edit[] {
  const edits: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let steps = reached.length - 1; steps >= 0; steps--) {
    const furthest = reached[steps] as ReadonlyMap<number, number>;
    const k = x - y;
    const down = isDown(furthest, k, steps);
    const from = down ? at(furthest, k + 1) : at(furthest, k - 1);
    const fromY = from - (down ? k + 1 : k - 1);
    while (x > Math.max(from, 0) && y > Math.max(fromY, 0)) {
      edits.push([' ', before[--x] as string]);
      y--;
    }
    if (steps === 0) break;
    if (down) edits.push(['+', after[--y] as string]);
    else edits.push(['-', before[--x] as string]);
  }
  return edits.reverse();
}

/** The stretches of edits that belong together, with the equal lines around them. */
function hunksOf(edits: readonly Edit[]): [start: number, end: number][] {
  const hunks: [number, number][] = [];
  edits.forEach(([sign], i) => {
    if (sign === ' ') return;
    const last = hunks.at(-1);
    const end = Math.min(edits.length, i + 1 + context);
    if (last && i - context <= last[1]) last[1] = end;
    else hunks.push([Math.max(0, i - context), end]);
  });
  return hunks;
}

function hunk(edits: readonly Edit[], start: number, end: number): string {
  const count = (sign: '-' | '+', until: readonly Edit[]) =>
    until.filter((edit) => edit[0] === ' ' || edit[0] === sign).length;
  const ahead = edits.slice(0, start);
  const inside = edits.slice(start, end);
  const range = (sign: '-' | '+') => {
    const lines = count(sign, inside);
    const first = count(sign, ahead) + (lines === 0 ? 0 : 1);
    return lines === 1 ? `${first}` : `${first},${lines}`;
  };
  const lines = inside.map(([sign, line]) =>
    line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range('-')} +${range('+')} @@\n${lines.join('')}`;
}
