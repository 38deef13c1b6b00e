import type { Field } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { type Parameter, type ParameterType, parameterTypes, type Template } from './model.js';

export function readParameterList(field: Field): Parameter[] {
  const parameters: Parameter[] = [];
  for (const item of field.list()) {
    const parameter = readParameter(item);
    if (parameters.some(({ name }) => name === parameter.name)) {
      throw item.fail(`parameter "${parameter.name}" is declared twice`);
    }
    parameters.push(parameter);
  }
  return parameters;
}

function readParameter(item: Field): Parameter {
  const fields = item.fields(
    ['name'],
    ['type', 'required', 'default', 'values', 'description', 'secret'],
  );
  const name = fields.name.text();
  if (!/^[A-Za-z_]\w*$/.test(name)) throw fields.name.fail('a parameter is a plain name');
  const type = (fields.type?.text() ?? 'string') as ParameterType;
  if (!parameterTypes.includes(type)) {
    throw (fields.type as Field).fail(`known types are ${parameterTypes.join(', ')}`);
  }
  const parameter: Parameter = {
    name,
    type,
    required: fields.required?.boolean() ?? fields.default === undefined,
    default: fields.default?.text() ?? null,
    values: fields.values?.list().map((value) => value.text()) ?? [],
    description: fields.description?.text() ?? null,
    secret: fields.secret?.boolean() ?? false,
    where: item.where,
  };
  if (parameter.default !== null && !accepts(parameter, parameter.default)) {
    throw (fields.default as Field).fail(`the default is not ${described(parameter)}`);
  }
  return parameter;
}

/** Templates that declare nothing: each `$n` that a step asks for is a text that must be given. */
export function implicitParameters(steps: readonly Field[]): Parameter[] {
  const byPosition: Parameter[] = [];
  for (const step of steps) {
    const fields = new Map(step.entries().map(([name, field]) => [name, field]));
    const source = fields.get('from')?.value() === 'input' ? fields.get('source') : undefined;
    const position = /^\$\{?([1-9]\d?)\}?$/.exec(String(source?.value()))?.[1];
    if (!position) continue;
    const name = String(fields.get('setVar')?.value());
    byPosition[Number(position) - 1] ??= textParameter(name, step.where);
  }
  const where = steps[0]?.where ?? '';
  return Array.from(byPosition, (it, i) => it ?? textParameter(`input_${i + 1}`, where));
}

function textParameter(name: string, where: string): Parameter {
  const rest = { required: true, default: null, values: [], description: null, secret: false };
  return { name, type: 'string', ...rest, where };
}

/**
 * Checks what was given against what the template declares.
 * @param given values by position, or by name; numbers and booleans are taken as their text
 * @returns a value for each parameter that has one, and the same under its position
 * @throws HFIT_PARAMETER_MISSING, HFIT_PARAMETER_UNKNOWN, HFIT_PARAMETER_TYPE
 */
export function readParameters(
  template: Template,
  given: readonly unknown[] | Readonly<Record<string, unknown>>,
): Record<string, string> {
  const { parameters } = template;
  const usage = parameters.map(usageOf).join(', ') || 'none';
  const named: Record<string, unknown> = Array.isArray(given)
    ? byName(parameters, given, usage)
    : { ...given };
  for (const parameter of Object.keys(named)) {
    if (parameters.some(({ name }) => name === parameter)) continue;
    throw new HfitError('HFIT_PARAMETER_UNKNOWN', { parameter, parameters: usage });
  }
  const values: Record<string, string> = {};
  parameters.forEach((parameter, i) => {
    const { name, where } = parameter;
    const value = Object.hasOwn(named, name) ? named[name] : parameter.default;
    if (value === null || value === undefined) {
      if (!parameter.required) return;
      const values = { parameter: name, parameters: usage };
      throw new HfitError('HFIT_PARAMETER_MISSING', values, { where });
    }
    const text = ['string', 'number', 'boolean', 'bigint'].includes(typeof value)
      ? String(value)
      : null;
    if (text === null || !accepts(parameter, text)) {
      const shown = parameter.secret ? 'what is secret' : JSON.stringify(text ?? typeof value);
      const type = described(parameter);
      throw new HfitError(
        'HFIT_PARAMETER_TYPE',
        { parameter: name, type, value: shown },
        { where },
      );
    }
    values[name] = text;
    values[String(i + 1)] = text;
  });
  return values;
}

/** Parameters as they are typed on a command line: `name=value`, and the others by position. */
export function parseArguments(
  template: Template,
  words: readonly string[],
): Record<string, string> {
  const { parameters } = template;
  const named: Record<string, string> = {};
  const byPosition: string[] = [];
  for (const word of words) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) byPosition.push(word);
    else named[name] = value;
  }
  const free = parameters.filter(({ name }) => !Object.hasOwn(named, name));
  const usage = parameters.map(usageOf).join(', ') || 'none';
  return { ...byName(free, byPosition, usage), ...named };
}

function byName(
  parameters: readonly Parameter[],
  values: readonly unknown[],
  usage: string,
): Record<string, string> {
  if (values.length > parameters.length) {
    const parameter = String(values[parameters.length]);
    throw new HfitError('HFIT_PARAMETER_UNKNOWN', { parameter, parameters: usage });
  }
  return Object.fromEntries(values.map((value, i) => [parameters[i]?.name, value]));
}

const shapes: Record<ParameterType, RegExp> = {
  string: /^/,
  integer: /^[+-]?\d{1,30}$/,
  decimal: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  boolean: /^(true|false)$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  datetime:
    /^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)?$/,
  uuid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
};

function accepts({ type, values }: Parameter, text: string): boolean {
  if (text.length > 10_000 || text.includes('\0')) return false;
  const isOfType = shapes[type].test(text) || (type === 'datetime' && shapes.date.test(text));
  const isReal = !type.startsWith('date') || isDay(text.slice(0, 10));
  return isOfType && isReal && (values.length === 0 || values.includes(text));
}

/** Whether the calendar has it: JavaScript takes a 30th of February for a day of March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && text > '0001';
}

function described({ type, values }: Parameter): string {
  if (values.length > 0) return `one of ${values.join(', ')}`;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function usageOf({ name, type, required }: Parameter): string {
  return `${name} (${type}${required ? '' : ', optional'})`;
}
