import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { HfitError } from '@hot-fixture/errors';
import { beginning, hashOf, lineChain } from './chain.js';
import type { AuditLine } from './file.js';
import type { Finding } from './verify.js';

export interface FileReport extends Finding {
  readonly lines: number;
  readonly unchained: number;
}

/** A line of the file with its place, for messages. */
export interface PlacedLine {
  readonly where: string;
  readonly line: AuditLine;
}

/**
 * Follows the chain of lines in a file, or in several that are one after the other.
 * @param each sees every line that is in order; what it gives is wrong with the line
 * @throws HFIT_AUDIT_UNREADABLE
 */
export async function verifyFile(
  files: readonly string[],
  each: (line: PlacedLine) => Promise<string | null>,
): Promise<FileReport> {
  let lines = 0;
  let unchained = 0;
  let chain = '';
  let problem: string | null = null;
  let broken: { where: string; before: string } | null = null;
  for await (const { where, text, isFirst } of linesOf(files)) {
    if (isFirst && chain === '') chain = beginning;
    const line = readLine(text);
    if (broken) {
      // Which it was shows in what the next line goes on from.
      const goesOn = line?.hash !== undefined && lineChain(broken.before, line.hash) === line.chain;
      problem = `${broken.where}: the line was ${goesOn ? 'inserted' : 'put in the place of others, or others before it were removed'}`;
      break;
    }
    lines++;
    if (!line) {
      problem = `${where}: the line was changed: it cannot be read`;
      break;
    }
    if (line.hash === undefined) {
      unchained++;
      if (lines === unchained) continue;
      problem = `${where}: the line has no place in the chain: it was inserted`;
      break;
    }
    if (hashOf(line) !== line.hash) {
      problem = `${where}: the line was changed`;
      break;
    }
    // A file that was begun anew, with those before it kept elsewhere, begins its own chain.
    const before = isFirst && lineChain(beginning, line.hash) === line.chain ? beginning : chain;
    if (lineChain(before, line.hash) !== line.chain) {
      broken = { where, before };
      continue;
    }
    chain = line.chain;
    problem = await each({ where, line });
    if (problem) break;
  }
  if (broken && !problem)
    problem = `${broken.where}: the line does not follow the one before it: it was changed, or lines before it were removed`;
  return { lines, unchained, problem, notes: [] };
}

async function* linesOf(files: readonly string[]) {
  for (const file of files) {
    const stream = createReadStream(file);
    let number = 0;
    try {
      for await (const text of createInterface({ input: stream, crlfDelay: 0 })) {
        number++;
        yield { where: `${file}:${number}`, text, isFirst: number === 1 };
      }
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      throw new HfitError('HFIT_AUDIT_UNREADABLE', { reason }, { where: file, cause });
    } finally {
      stream.destroy();
    }
  }
}

function readLine(text: string): AuditLine | null {
  try {
    const line = JSON.parse(text);
    return typeof line?.at === 'string' && typeof line.who === 'string' ? line : null;
  } catch {
    return null;
  }
}
