import { checkOptions, isBuiltIn } from '../options.js';
import type { Place } from '../place.js';
import type { Provider } from '../provider.js';
import type { Source } from '../source.js';
import type { BuiltInName, Spec } from '../types.js';
import { type Bind, bytes, json } from './documents.js';
import { date, datetime, time } from './moments.js';
import { ipAddress, macAddress, uuid } from './network.js';
import { boolean, decimal, float, integer, oneOf } from './numbers.js';
import { email, locale, name, phone, userName } from './people.js';
import { address, company, url } from './places.js';
import { string, text } from './texts.js';

type Sources = { [K in BuiltInName]: (spec: Spec<K>, place: Place, bind: Bind) => Source<unknown> };

const sources: Sources = {
  ...{ string, text, email, userName, phone, name, address, locale, company, url },
  ...{ ipAddress, macAddress, uuid, integer, decimal, float, boolean, date, time, datetime },
  ...{ bytes, json, oneOf },
};

/** All types, for whatever no other provider takes. */
export function builtInProvider(bind: Bind): Provider {
  return {
    name: 'built-in',
    supports: ({ type }) => isBuiltIn(type),
    source(spec, place) {
      checkOptions(spec);
      const source = sources[spec.type as BuiltInName] as Sources['string'];
      return source(spec as Spec<'string'>, place, bind);
    },
  };
}
