import type { Home } from './home.js';

/**
 * Reads a file of JSON with the given text fields; null where there is none.
 * @throws HFIT_STATE_FILE where it holds something else
 */
export async function readFields(
  home: Home,
  name: string,
  required: readonly string[],
): Promise<Record<string, unknown> | null> {
  const text = await home.read(name);
  if (text === null) return null;
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw home.broken(name, 'it is not JSON');
  }
  if (typeof fields !== 'object' || fields === null) throw home.broken(name, 'it is no object');
  for (const field of required) {
    if (typeof (fields as Record<string, unknown>)[field] === 'string') continue;
    throw home.broken(name, `it has no text "${field}"`);
  }
  return fields as Record<string, unknown>;
}
