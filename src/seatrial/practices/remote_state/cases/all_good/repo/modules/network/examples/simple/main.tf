module "network" {
  source     = "../.."
  cidr_block = "10.0.0.0/16"
}
