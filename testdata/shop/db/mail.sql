-- On the server of the orders, but a database of its own: no shared-database.
CREATE DATABASE mail;
\connect mail

CREATE TABLE outbox (
    order_id  text PRIMARY KEY,
    recipient text NOT NULL,
    body      text NOT NULL
);
