variable "istio_enabled" {
  type    = bool
  default = false
}
