region = "us-east"
