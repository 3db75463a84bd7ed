# The state lies where the team shares it, locked while somebody applies. It is moved there once, before the next apply.
# Not AWS: the skip_* lines leave out what only AWS answers. Set AWS_REQUEST_CHECKSUM_CALCULATION and
# AWS_RESPONSE_CHECKSUM_VALIDATION to when_required, and give the bucket's keys as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket                      = "example-org-iac-vmshift-tfstate"
    key                         = "terraform/terraform.tfstate"
    region                      = "us-east-1"
    endpoints                   = { s3 = "https://us-east-1.linodeobjects.com" }
    encrypt                     = true
    use_lockfile                = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }
}
