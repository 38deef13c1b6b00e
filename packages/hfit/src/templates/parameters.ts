import type { HfitClient } from '@hot-fixture/client';
import type { Template } from '@hot-fixture/extract';

/** A template of the server, and what was typed for its parameters. */
export interface Chosen {
  readonly template: Template;
  readonly parameters: Record<string, string>;
}

/**
 * Reads a template of the server, and the words for its parameters: by position or name=value. What
 * is wrong is told before anything is built.
 * @throws HFIT_TEMPLATE_UNKNOWN, HFIT_PARAMETER_…
 */
export async function storedParameters(
  client: HfitClient,
  name: string,
  words: readonly string[],
): Promise<Chosen> {
  const { parseArguments, parseTemplate, readParameters } = await import('@hot-fixture/extract');
  const template = parseTemplate(await client.template(name), `template ${name}`);
  const parameters = parseArguments(template, words);
  readParameters(template, parameters);
  return { template, parameters };
}
