terraform {
  required_version = "~> 1.11"
  backend "s3" {
    bucket       = "shop-state"
    key          = "bootstrap.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}

resource "aws_s3_bucket" "state" {
  bucket = "shop-state"
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id
  versioning_configuration {
    status = "Enabled"
  }
}
