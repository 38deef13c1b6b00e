import { parsed } from '../build/parsed.js';

type Given = readonly unknown[] | Readonly<Record<string, unknown>>;

const hidden = '(secret)';

/**
 * Parameters as a record may hold them: without the values of those that the template marks secret.
 * @param text of the template; where there is none, no value is told, only what was named
 */
export function recordedParameters(given: Given, text: string | null): unknown {
  if (text === null) return mapped(given, () => hidden);
  const { parameters } = parsed(text, 'template');
  if (!parameters.some(({ secret }) => secret)) return given;
  // Of a name that the template does not know, nobody said whether it is a secret.
  const isOpen = (name: string) => parameters.find((it) => it.name === name)?.secret === false;
  return mapped(given, (value, name, i) =>
    isOpen(Array.isArray(given) ? (parameters[i]?.name ?? '') : name) ? value : hidden,
  );
}

function mapped(given: Given, each: (value: unknown, name: string, i: number) => unknown): unknown {
  if (Array.isArray(given)) return given.map((value, i) => each(value, '', i));
  const entries = Object.entries(given);
  return Object.fromEntries(entries.map(([name, value], i) => [name, each(value, name, i)]));
}
