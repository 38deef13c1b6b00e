-- A shop as it grew over the years: every trap of a real schema, in 19 tables.
-- The statements run in this order on an empty PostgreSQL or PGlite database.

CREATE SCHEMA finance;

CREATE TYPE order_status AS ENUM ('cart', 'paid', 'packed', 'shipped', 'delivered', 'returned', 'cancelled');
CREATE TYPE card_brand AS ENUM ('visa', 'mastercard', 'amex', 'jcb', 'carte bancaire');
CREATE TYPE contact_channel AS ENUM ('email', 'sms', 'letter', 'phone');

CREATE DOMAIN email_address AS text CHECK (VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+$');
CREATE DOMAIN slug AS varchar(60) CHECK (VALUE ~ '^[a-z0-9-]+$');

-- No column owns it: the web shop and the till draw from it too.
CREATE SEQUENCE order_number START 700001;

CREATE TABLE departments (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  cost_centre varchar(24),
  head_employee_id bigint
);

CREATE TABLE employees (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  department_id integer NOT NULL REFERENCES departments,
  manager_id bigint REFERENCES employees,
  mentor_id bigint REFERENCES employees,
  full_name text NOT NULL,
  email email_address NOT NULL UNIQUE,
  phone varchar(32),
  iban varchar(34),
  salary numeric(10, 2) CHECK (salary > 0),
  skills text[] NOT NULL DEFAULT '{}',
  hired_on date NOT NULL,
  lunch_break interval,
  notes text
);

-- The cycle: a department has a head, who works in a department.
ALTER TABLE departments ADD CONSTRAINT departments_head_fkey
  FOREIGN KEY (head_employee_id) REFERENCES employees;

CREATE TABLE categories (
  id serial PRIMARY KEY,
  parent_id integer REFERENCES categories,
  slug slug NOT NULL UNIQUE,
  name text NOT NULL
);

CREATE TABLE products (
  id serial PRIMARY KEY,
  sku varchar(40) NOT NULL UNIQUE,
  name text NOT NULL,
  description text,
  price numeric(12, 2) NOT NULL CHECK (price >= 0),
  tags text[] NOT NULL DEFAULT '{}',
  attributes jsonb NOT NULL DEFAULT '{}',
  "shelf no." varchar(20),
  thumbnail bytea,
  discontinued boolean NOT NULL DEFAULT false
);

CREATE TABLE product_categories (
  product_id integer REFERENCES products,
  category_id integer REFERENCES categories,
  placed_by text,
  PRIMARY KEY (product_id, category_id)
);

CREATE TABLE coupons (
  id serial PRIMARY KEY,
  code varchar(48) NOT NULL UNIQUE,
  description text NOT NULL DEFAULT '',
  percent smallint NOT NULL CHECK (percent BETWEEN 1 AND 100),
  valid_during daterange,
  made_by bigint REFERENCES employees
);

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  full_name text NOT NULL,
  search_name text GENERATED ALWAYS AS (lower(full_name)) STORED,
  email email_address NOT NULL,
  phone varchar(32),
  birth_date date,
  password_hash text,
  preferences jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  channels contact_channel[] NOT NULL DEFAULT '{}',
  signup_ip inet,
  credit_limit numeric(12, 2),
  "legacyCrmId" varchar(40),
  notes text,
  referred_by bigint REFERENCES customers,
  account_manager_id bigint REFERENCES employees,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);

-- Who left may come back with the same address.
CREATE UNIQUE INDEX customers_email_in_use ON customers (lower(email)) WHERE deleted_at IS NULL;

CREATE TABLE addresses (
  id bigserial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
  recipient text NOT NULL,
  line1 text NOT NULL,
  line2 text,
  city text NOT NULL,
  postcode varchar(32) NOT NULL DEFAULT '',
  country char(2) NOT NULL CHECK (country IN
    ('AE', 'BG', 'BR', 'CN', 'CZ', 'DE', 'ES', 'FR', 'GB', 'GR', 'IE', 'IL', 'IN', 'JP', 'KR', 'PL', 'TH', 'TR', 'UA', 'US', 'VN')),
  vat_number varchar(32),
  delivery_hint text,
  is_default boolean NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX addresses_one_default ON addresses (customer_id) WHERE is_default;

CREATE TABLE payment_cards (
  customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
  position smallint NOT NULL CHECK (position > 0),
  brand card_brand NOT NULL,
  holder text NOT NULL,
  number varchar(19) NOT NULL CHECK (number ~ '^[0-9]{12,19}$'),
  expires_on date NOT NULL,
  billing_address_id bigint REFERENCES addresses,
  gateway_token text,
  PRIMARY KEY (customer_id, position)
);

CREATE TABLE orders (
  id bigserial PRIMARY KEY,
  number text NOT NULL UNIQUE DEFAULT 'HF-' || nextval('order_number'),
  customer_id bigint NOT NULL REFERENCES customers,
  status order_status NOT NULL DEFAULT 'cart',
  currency char(3) NOT NULL CHECK (currency IN ('EUR', 'USD', 'GBP', 'JPY', 'PLN', 'INR')),
  total numeric(14, 2) NOT NULL CHECK (total >= 0),
  coupon_code varchar(48) REFERENCES coupons (code) ON UPDATE CASCADE,
  shipping_address_id bigint REFERENCES addresses,
  billing_address_id bigint REFERENCES addresses,
  card_position smallint,
  gift_message text,
  user_agent text,
  client_ip inet,
  placed_at timestamptz NOT NULL,
  FOREIGN KEY (customer_id, card_position) REFERENCES payment_cards (customer_id, position)
);

CREATE TABLE order_items (
  order_id bigint REFERENCES orders ON DELETE CASCADE,
  line_no smallint CHECK (line_no > 0),
  product_id integer NOT NULL REFERENCES products,
  category_id integer,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(12, 2) NOT NULL,
  line_total numeric(14, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
  engraving varchar(120),
  PRIMARY KEY (order_id, line_no),
  FOREIGN KEY (product_id, category_id) REFERENCES product_categories
);

CREATE TABLE shipments (
  id uuid PRIMARY KEY,
  order_id bigint NOT NULL,
  line_no smallint NOT NULL,
  carrier text NOT NULL CHECK (carrier IN ('DHL', 'GLS', 'UPS', 'Poczta Polska', '郵便', 'pigeon')),
  tracking_number varchar(40) UNIQUE,
  packed_by bigint REFERENCES employees,
  signed_by text,
  route jsonb,
  weight_kg real,
  shipped_at timestamptz NOT NULL,
  delivered_at timestamptz CHECK (delivered_at >= shipped_at),
  FOREIGN KEY (order_id, line_no) REFERENCES order_items
);

CREATE TABLE reviews (
  id bigserial PRIMARY KEY,
  product_id integer NOT NULL REFERENCES products,
  customer_id bigint NOT NULL REFERENCES customers,
  order_id bigint,
  line_no smallint,
  rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
  title varchar(200),
  body text NOT NULL,
  reply text,
  moderator_id bigint REFERENCES employees,
  written_at timestamptz NOT NULL,
  FOREIGN KEY (order_id, line_no) REFERENCES order_items
);

CREATE TABLE support_tickets (
  id serial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  order_id bigint REFERENCES orders,
  assignee_id bigint REFERENCES employees,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'waiting', 'solved', 'spam')),
  subject text NOT NULL,
  "group" varchar(60),
  labels text[],
  opened_at timestamptz NOT NULL
);

CREATE TABLE support_messages (
  id bigserial PRIMARY KEY,
  ticket_id integer NOT NULL REFERENCES support_tickets,
  customer_id bigint NOT NULL REFERENCES customers,
  author_id bigint REFERENCES employees,
  in_reply_to bigint REFERENCES support_messages,
  shipment_id uuid REFERENCES shipments,
  review_id bigint REFERENCES reviews,
  body text NOT NULL,
  headers json,
  attachment bytea,
  sent_at timestamptz NOT NULL
);

CREATE TABLE sessions (
  token text PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
  user_agent text,
  ip inet,
  data jsonb,
  expires_at timestamptz NOT NULL
);

CREATE TABLE api_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
  name varchar(80) NOT NULL,
  secret text,
  secret_digest bytea,
  scopes text[] NOT NULL DEFAULT '{}',
  expires_at timestamptz NOT NULL DEFAULT 'infinity'
);

-- No primary key, and the same row may stand in it twice.
CREATE TABLE audit_log (
  at timestamptz NOT NULL,
  "user" text,
  action varchar(60) NOT NULL,
  customer_id bigint,
  before json,
  after jsonb,
  client inet
);

CREATE TABLE finance.exchange_rates (
  currency char(3) NOT NULL CHECK (currency IN ('USD', 'GBP', 'JPY', 'PLN', 'INR')),
  day date NOT NULL,
  rate numeric NOT NULL CHECK (rate > 0),
  source text,
  PRIMARY KEY (currency, day)
);

CREATE INDEX ON addresses (customer_id);
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON support_messages (customer_id);
CREATE INDEX ON audit_log (customer_id);
