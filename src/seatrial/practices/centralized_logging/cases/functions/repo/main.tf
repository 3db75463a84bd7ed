terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "shop"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::111122223333:role/orders"
}
