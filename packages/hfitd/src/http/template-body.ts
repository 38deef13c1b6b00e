import { HfitError } from '@hot-fixture/errors';
import { parseTemplate } from '@hot-fixture/extract';
import type { NewTemplate } from '../store/templates.js';

/**
 * Reads a template that was sent, and keeps its text as it is.
 * @throws HFIT_TEMPLATE_INVALID and the like, HFIT_TEMPLATE_NAME
 */
export function readTemplate(text: string): NewTemplate {
  const template = parseTemplate(text, 'template');
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(template.name) || /^\.+$/.test(template.name)) {
    throw new HfitError('HFIT_TEMPLATE_NAME', {});
  }
  return {
    name: template.name,
    text,
    ...(template.description !== null && { description: template.description }),
    parameters: template.parameters.map((parameter) => ({
      name: parameter.name,
      type: parameter.type,
      required: parameter.required,
      ...(parameter.default !== null && { default: parameter.default }),
      ...(parameter.description !== null && { description: parameter.description }),
    })),
  };
}
