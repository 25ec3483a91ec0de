CREATE TABLE stock (
    sku  text PRIMARY KEY,
    free integer NOT NULL
);
CREATE TABLE passes (gate text NOT NULL);
CREATE TABLE texts (phone text NOT NULL);
CREATE TABLE outbox (address text NOT NULL);
CREATE TABLE scans (parcel text NOT NULL);
CREATE TABLE orders (sku text NOT NULL);
CREATE TABLE invoices (cents bigint NOT NULL);
CREATE TABLE charges (account text NOT NULL, cents bigint NOT NULL);
CREATE TABLE zones (
    zone  text PRIMARY KEY,
    cents bigint NOT NULL
);
CREATE TABLE counters (
    name text PRIMARY KEY,
    n    bigint NOT NULL
);
CREATE TABLE parcels (number bigint NOT NULL);

INSERT INTO stock (sku, free) VALUES ('socks', 1000000);
INSERT INTO zones (zone, cents) VALUES ('north', 990);
INSERT INTO counters (name, n) VALUES ('parcels', 0);
