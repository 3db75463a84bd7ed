terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "mesh"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

resource "aws_appmesh_mesh" "shop" {
  name = "shop"
}

resource "aws_appmesh_virtual_node" "orders" {
  name      = "orders"
  mesh_name = aws_appmesh_mesh.shop.id
  spec {
    listener {
      port_mapping {
        port     = 8080
        protocol = "http"
      }
    }
  }
}
