-- shared-database: the services orders and shipping both work in here.
CREATE DATABASE orders;
\connect orders

-- Written and read by services/orders.
CREATE TABLE orders (
    id    text PRIMARY KEY,
    email text NOT NULL,
    cents bigint NOT NULL
);

-- Written by services/shipping, read by services/orders.
CREATE TABLE shipments (
    id       text PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    country  text NOT NULL,
    cents    bigint NOT NULL
);
