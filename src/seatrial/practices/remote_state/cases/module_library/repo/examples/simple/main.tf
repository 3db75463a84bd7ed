module "bucket" {
  source = "../.."
  name   = "example"
}
