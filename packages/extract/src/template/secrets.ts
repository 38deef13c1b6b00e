import type { Template } from './model.js';

const hidden = '(secret)';

/**
 * Values by their names and positions, without those of parameters that the template marks secret,
 * and without what took such a value over.
 * @param given the parameters, by name
 */
export function withoutSecrets(
  { parameters }: Template,
  given: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const secrets = parameters.filter(({ secret }) => secret).map(({ name }) => given[name]);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      return [name, secrets.includes(value) ? hidden : value];
    }),
  );
}
