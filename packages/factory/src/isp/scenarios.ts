import { scenario } from '../scenarios/scenario.js';
import { billingAccount, customer, device, service, tenant } from './entities.js';

/** A tenant, with a customer, a service and a billing account: all of one tenant. */
export const customerOnboarding = scenario('customer_onboarding')
  .describe('A customer signs up: tenant, customer, service and billing account.')
  .variables({ serviceType: 'internet', customerType: 'residential' as 'residential' | 'business' })
  .step('tenant', tenant)
  .step('customer', customer, ({ tenant }, { variables }) => ({
    tenant_id: tenant.id,
    type: variables.customerType,
  }))
  .step('service', service, ({ customer }, { variables }) => ({
    ...{ tenant_id: customer.tenant_id, customer_id: customer.id },
    type: variables.serviceType,
  }))
  .step('billingAccount', billingAccount, ({ customer }) => ({
    ...{ tenant_id: customer.tenant_id, customer_id: customer.id },
    credit_limit: customer.credit_limit,
  }))
  .ensures('all of it is of one tenant', ({ tenant, customer, service, billingAccount }) =>
    [customer, service, billingAccount].every((it) => it.tenant_id === tenant.id),
  );

/** A service for a customer that is there, and the equipment for it. */
export const serviceProvisioning = scenario('service_provisioning')
  .describe('A customer gets a service and its equipment.')
  .requires(customer, 'customer')
  .variables({ serviceType: 'internet' })
  .step('service', service, ({ customer }, { variables }) => ({
    ...{ tenant_id: customer.tenant_id, customer_id: customer.id },
    type: variables.serviceType,
  }))
  .step('device', device, ({ customer, service }) => ({
    ...{ tenant_id: customer.tenant_id, customer_id: customer.id },
    type: service.type === 'internet' ? 'router' : 'set-top box',
    configuration: { service: service.service_number },
  }))
  .ensures('service and device are of the tenant of the customer', (it) =>
    [it.service, it.device].every(({ tenant_id }) => tenant_id === it.customer.tenant_id),
  );
