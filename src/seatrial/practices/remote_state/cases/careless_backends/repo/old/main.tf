terraform {
  required_version = "1.5.7"
  backend "s3" {
    bucket         = "acme-old"
    key            = "old.tfstate"
    region         = "eu-west-1"
    dynamodb_table = "terraform-locks"
  }
}

resource "aws_sns_topic" "old" {
  name = "old"
}
