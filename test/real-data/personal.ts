/**
 * Which columns of each database hold personal data or secrets, as a person reads them: what names
 * somebody, tells how or where to reach them, describes them, or was written by or about them, and
 * what opens a door. Not keys without a meaning, and not when, how many and how much of an event.
 */
export const personal = {
  Sakila: `
    actor: first_name last_name
    address: address address2 district postal_code phone
    customer: first_name last_name email
    staff: first_name last_name email username password picture`,
  Chinook: `
    Artist: Name
    Customer: FirstName LastName Company Address City State Country PostalCode Phone Fax Email
    Employee: LastName FirstName Title BirthDate HireDate Address City State Country PostalCode Phone Fax Email
    Invoice: BillingAddress BillingCity BillingState BillingCountry BillingPostalCode
    Track: Composer`,
  'demo shop': `
    employees: full_name email phone iban salary skills hired_on notes
    product_categories: placed_by
    customers: full_name email phone birth_date password_hash preferences tags signup_ip credit_limit
      legacyCrmId notes
    addresses: recipient line1 line2 city postcode country vat_number delivery_hint
    payment_cards: holder number expires_on gateway_token
    orders: gift_message user_agent client_ip
    order_items: engraving
    shipments: signed_by
    reviews: title body reply
    support_tickets: subject
    support_messages: body headers attachment
    sessions: token user_agent ip data
    api_tokens: name secret secret_digest
    audit_log: user before after client`,
} as const;

export type Named = keyof typeof personal;

/** As `table.column`, without a schema. */
export function personalColumns(name: Named): Set<string> {
  let table = '';
  const words = personal[name].trim().split(/\s+/);
  return new Set(
    words.flatMap((word) => {
      if (!word.endsWith(':')) return `${table}.${word}`;
      table = word.slice(0, -1);
      return [];
    }),
  );
}
