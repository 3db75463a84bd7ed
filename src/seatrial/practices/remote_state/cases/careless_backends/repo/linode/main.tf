variable "state_key" {
  type = string
}

terraform {
  required_version = "~> 1.11"
  backend "s3" {
    bucket       = "acme"
    key          = var.state_key
    region       = "us-ord-1"
    endpoints    = { s3 = "https://us-ord-1.linodeobjects.com" }
    access_key   = "FAKEACCESSKEY0000000"
    use_lockfile = true
  }
}

resource "linode_lke_cluster" "main" {
  label = "main"
}
