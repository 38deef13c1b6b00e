CREATE TABLE company (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL);
CREATE TABLE customer (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company (id),
  name VARCHAR(60) NOT NULL,
  email VARCHAR(80) NOT NULL UNIQUE,
  level TEXT NOT NULL DEFAULT 'basic' CHECK (level IN ('basic', 'gold'))
);
CREATE TABLE product (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company (id),
  name VARCHAR(60) NOT NULL,
  cents INTEGER NOT NULL CHECK (cents BETWEEN 1 AND 100000)
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL REFERENCES company (id),
  customer_id INTEGER NOT NULL REFERENCES customer (id),
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'cancelled'))
);
CREATE TABLE line (
  order_id INTEGER NOT NULL REFERENCES orders (id),
  product_id INTEGER NOT NULL REFERENCES product (id),
  pieces INTEGER NOT NULL CHECK (pieces BETWEEN 1 AND 20),
  PRIMARY KEY (order_id, product_id)
);
