linode_token = "FAKE-token-not-real"
db_passwords = {
  production = "FAKE-password-not-real"
}
