import { HfitError } from '@hot-fixture/errors';
import type { OutputKind } from '../output/stdout.js';

/** What a file or standard output can hold. */
export type Form = 'archive' | 'script';

/** Where a package goes. */
export type Destination =
  | { readonly to: 'database'; readonly url: string }
  | { readonly to: 'output'; readonly form: Form }
  /** Without a path the package names itself, in the current folder. */
  | { readonly to: 'file'; readonly form: Form; readonly path: string | null };

/** The options that say it, as they were given. */
export interface Wishes {
  readonly into: string | undefined;
  readonly out: string | undefined;
  readonly format: 'package' | 'sql' | undefined;
}

/**
 * Decides where a package goes: what was asked for; else to whoever reads standard output, as one
 * script; else to a file in the current folder.
 * @param reads what standard output is; `nobody` too when it is taken for something else
 * @throws HFIT_OPTIONS_CONFLICT, HFIT_OUT_FORMAT
 */
export function destinationOf(
  wishes: Wishes,
  template: { readonly name: string; readonly hasFiles: boolean },
  reads: OutputKind,
): Destination {
  const { into, out, format } = wishes;
  if (into !== undefined) {
    if (out !== undefined) throw conflict('--into', '--out');
    if (format !== undefined) throw conflict('--into', '--format');
    return { to: 'database', url: into };
  }
  const asked = format && (format === 'sql' ? 'script' : 'archive');
  if (out !== undefined) return { to: 'file', form: asked ?? formOf(out), path: out };
  if (reads === 'reader') return { to: 'output', form: asked ?? 'script' };
  const form = asked ?? (template.hasFiles ? 'archive' : 'script');
  return { to: 'file', form, path: form === 'script' ? `${bareName(template.name)}.sql` : null };
}

function formOf(file: string): Form {
  if (/\.(tar\.gz|tgz)$/i.test(file)) return 'archive';
  if (/\.sql$/i.test(file)) return 'script';
  throw new HfitError('HFIT_OUT_FORMAT', { file });
}

/** The name of a template as that of a file: it leads to no other folder, and is not hidden. */
function bareName(name: string): string {
  return name.replace(/[^\w.+-]/g, '_').replace(/^\./, '_');
}

function conflict(one: string, other: string): HfitError {
  return new HfitError('HFIT_OPTIONS_CONFLICT', { one, other });
}
