import { readFileSync } from 'node:fs';

/** An account that may only read, as the docs make it. */
export function readerNamed(name: string) {
  const role = `hfit_${name}_${process.pid}`;

  /** The statements that make an account, as the page tells them. */
  function documented(server: string): string[] {
    const page = readFileSync(new URL('../../../docs/rows-and-files.md', import.meta.url), 'utf8');
    const [, block = ''] = page.split(`-- ${server}`);
    const statements = block
      .slice(block.indexOf('\n'), block.indexOf('```'))
      .replaceAll('hfit_reader', role);
    return statements.split(';').filter((it) => it.trim() !== '');
  }

  const asReader = (url: string) => {
    const reader = new URL(url);
    [reader.username, reader.password] = [role, 'hush'];
    return reader.toString();
  };

  return { role, asReader, documented };
}
