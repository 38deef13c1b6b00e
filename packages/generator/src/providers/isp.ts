import { checkOptions } from '../options.js';
import type { Provider } from '../provider.js';
import type { Spec } from '../types.js';
import { ipAddress, macAddress } from './network.js';
import { patterned } from './texts.js';

const patterns: Readonly<Record<string, string>> = {
  service_id: 'SRV-######',
  customer_number: 'CUST-#####',
};

/**
 * What an internet provider's tests ask for: addresses of a range, devices of a vendor, and the
 * numbers of services and customers.
 */
export const ispProvider: Provider = {
  name: 'isp',
  supports: ({ type, pattern, range, vendor }) =>
    (type === 'string' && typeof pattern === 'string' && Object.hasOwn(patterns, pattern)) ||
    (type === 'ipAddress' && range !== undefined) ||
    (type === 'macAddress' && vendor !== undefined),
  source(spec) {
    checkOptions(spec);
    if (spec.type === 'ipAddress') return ipAddress(spec as Spec<'ipAddress'>);
    if (spec.type === 'macAddress') return macAddress(spec as Spec<'macAddress'>);
    return patterned(patterns[spec.pattern as string]!);
  },
};
