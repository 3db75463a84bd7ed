-- the application's own user
CREATE USER app WITH PASSWORD 'app_password';
CREATE ROLE readers;
CREATE USER backup WITH PASSWORD :'backup_password';
