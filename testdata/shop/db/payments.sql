CREATE DATABASE payments;
\connect payments

CREATE TABLE payments (
    order_id text PRIMARY KEY,
    cents    bigint NOT NULL,
    refunded boolean NOT NULL DEFAULT false
);
