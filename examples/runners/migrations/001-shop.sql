CREATE TABLE book (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL UNIQUE,
  stock integer NOT NULL CHECK (stock >= 0)
);

CREATE TABLE sale (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  book_id integer NOT NULL REFERENCES book,
  at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO book (title, stock) VALUES ('Momo', 2);
