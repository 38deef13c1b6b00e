import type { Field } from '@hot-fixture/document';
import { type Environment, wrong } from './providers.js';
import { readSecret } from './secrets.js';
import { readable } from './server-url.js';
import type { TracingSettings } from './settings.js';

const endpointAdvice =
  'must be the URL of a collector, such as http://127.0.0.1:4318, with no user, path of its own or query that is secret: what it asks for stands in headersFile';
const percentAdvice = 'must be a whole number from 1 to 100';
const headerAdvice = 'must hold lines such as "authorization: Bearer TOKEN"';

/** Where traces go, from the file. */
export function readTracing(field: Field, path: (field: Field) => string): TracingSettings {
  const { endpoint, headersFile, percent } = field.fields(['endpoint'], ['headersFile', 'percent']);
  if (!isEndpoint(endpoint.text())) throw endpoint.fail(endpointAdvice);
  const headers = headersFile && headersIn(path(headersFile));
  if (headers === null) throw headersFile?.fail(headerAdvice);
  return {
    endpoint: endpoint.text(),
    ...(headers && { headers }),
    ...(percent && { percent: percent.integer(1, 100) }),
  };
}

/**
 * The same from the environment; the variable of the endpoint is that of all programs which speak
 * OpenTelemetry.
 * @throws HFIT_CONFIG_INVALID that names the variable and never its value
 */
export function readTracingVariables(env: Environment): TracingSettings | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const { HFITD_TRACING_HEADERS_FILE: file, HFITD_TRACING_PERCENT: percent } = env;
  if (!endpoint) return undefined;
  if (!isEndpoint(endpoint)) throw wrong('OTEL_EXPORTER_OTLP_ENDPOINT', endpointAdvice);
  if (percent && !/^([1-9]\d?|100)$/.test(percent)) {
    throw wrong('HFITD_TRACING_PERCENT', percentAdvice);
  }
  const headers = file ? headersIn(file) : undefined;
  if (headers === null) throw wrong('HFITD_TRACING_HEADERS_FILE', headerAdvice);
  return {
    endpoint,
    ...(headers && { headers }),
    ...(percent && { percent: Number(percent) }),
  };
}

function isEndpoint(text: string): boolean {
  const url = readable(text);
  if (!url) return false;
  const { protocol, username, password, search } = url;
  return ['http:', 'https:'].includes(protocol) && `${username}${password}${search}` === '';
}

/** @returns null where a line is no header */
function headersIn(file: string): Record<string, string> | null {
  const lines = readSecret(file)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const headers = lines.map((line) => /^([\w-]+)[:=] *([\x20-\x7e]+)$/.exec(line));
  if (!headers.every((it) => it !== null)) return null;
  return Object.fromEntries(headers.map(([, name = '', value = '']) => [name, value]));
}
