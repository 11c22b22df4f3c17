-- Two users of PostgreSQL for one shop, made once: psql --file deploy/roles.sql, as its administrator.
-- The owner brings the tables up to date (bangfu-prepare.service, /etc/bangfu/owner). The shop reads and
-- writes rows: it can neither change a table nor take off the triggers that keep the books as they are.
-- How each proves who it is stands in pg_hba.conf: `cert` from other machines, `peer` on this one.
CREATE ROLE bangfu_owner LOGIN;
CREATE ROLE bangfu LOGIN;
CREATE DATABASE bangfu OWNER bangfu_owner;
REVOKE ALL ON DATABASE bangfu FROM PUBLIC;
GRANT CONNECT ON DATABASE bangfu TO bangfu;
\connect bangfu
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO bangfu_owner;
GRANT USAGE ON SCHEMA public TO bangfu;
ALTER DEFAULT PRIVILEGES FOR ROLE bangfu_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO bangfu;
ALTER DEFAULT PRIVILEGES FOR ROLE bangfu_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO bangfu;
