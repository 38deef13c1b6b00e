import { parseTemplate, type Template } from '@hot-fixture/extract';

/** How many are kept. */
const most = 100;
const kept = new Map<string, Template>();

/**
 * A template as it is read; one that was read before is not read again.
 * @param name of it in messages
 * @throws what `parseTemplate` throws
 */
export function parsed(text: string, name: string): Template {
  const key = `${name}\n${text}`;
  const template = kept.get(key) ?? parseTemplate(text, name);
  const [oldest] = kept.keys();
  if (kept.size >= most && oldest !== undefined) kept.delete(oldest);
  kept.set(key, template);
  return template;
}
