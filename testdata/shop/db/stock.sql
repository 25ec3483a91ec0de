CREATE DATABASE stock;
\connect stock

CREATE TABLE stock (
    sku  text PRIMARY KEY,
    free integer NOT NULL CHECK (free >= 0)
);

CREATE TABLE tickets (
    event text NOT NULL,
    seat  integer NOT NULL,
    buyer text NOT NULL,
    PRIMARY KEY (event, seat)
);

INSERT INTO stock (sku, free) VALUES ('console', 1000000), ('socks', 1000000);
