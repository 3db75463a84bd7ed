linode_token = "FAKE-linode-token-0000000000000000000000000000000000000000000000000000-not-real"

region = "us-east"

postgres_passwords = {
  dev        = "FAKE-dev-db-password-not-real"
  staging    = "FAKE-staging-db-password-not-real"
  production = "FAKE-production-db-password-not-real"
}

redis_passwords = {
  dev        = "FAKE-dev-redis-password-not-real"
  staging    = "FAKE-staging-redis-password-not-real"
  production = "FAKE-production-redis-password-not-real"
}
