import { vi } from 'vitest';

/** What a command line may find out about where it runs. */
export interface Place {
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

let busy = false;

/**
 * Runs a command in this process as if in one of its own: it has the working folder and the
 * environment, and what it writes to standard output and standard error is taken. One at a time.
 * @param command gives the exit code
 */
export async function hereAs(
  command: () => Promise<number>,
  { cwd, env }: Place,
): Promise<{ code: number; stdout: string; stderr: string }> {
  if (busy) throw new Error('another command runs in this process');
  busy = true;
  const before = { cwd: process.cwd(), env: process.env };
  const output = taken(process.stdout);
  const errors = taken(process.stderr);
  try {
    process.env = { ...env };
    if (cwd !== undefined) process.chdir(cwd);
    const code = await command();
    return { code, stdout: output.text(), stderr: errors.text() };
  } finally {
    output.restore();
    errors.restore();
    process.chdir(before.cwd);
    process.env = before.env;
    busy = false;
  }
}

function taken(stream: NodeJS.WriteStream) {
  const pieces: Buffer[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((piece, ...rest: unknown[]) => {
    pieces.push(Buffer.from(piece as string));
    const written = rest.at(-1);
    if (typeof written === 'function') process.nextTick(written as () => void);
    return true;
  });
  return {
    text: () => Buffer.concat(pieces).toString('utf8'),
    restore: () => spy.mockRestore(),
  };
}
