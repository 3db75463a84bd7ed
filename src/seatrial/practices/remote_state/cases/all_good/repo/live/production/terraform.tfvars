instance_type  = "t3.small"
secret_arn     = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"
db_password    = ""
ssh_public_key = "ssh-ed25519 AAAAC3Nz-public ops@example.com"
