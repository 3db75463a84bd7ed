db_password = "FAKE-production-db-password-not-real"
