#!/bin/sh
# The database and its two roles; PostgreSQL's image runs this once, on an empty volume.
# The owner migrates; the application owns no table (docs/operations.md, "Two roles").
set -eu
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
CREATE ROLE consultations_owner LOGIN PASSWORD '$OWNER_PASSWORD';
CREATE ROLE consultations LOGIN PASSWORD '$APPLICATION_PASSWORD';
CREATE DATABASE consultations OWNER consultations_owner
    TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8';
SQL
