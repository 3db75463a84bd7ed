# Linkerd: every connection between meshed pods is encrypted, and both sides prove who they are.
# The root certificate stays for ten years, the issuer's is made anew a month before its end, by
# whichever apply comes first. Both keys lie in the state, which is encrypted and closed.
resource "tls_private_key" "mesh_root" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}

resource "tls_self_signed_cert" "mesh_root" {
  private_key_pem       = tls_private_key.mesh_root.private_key_pem
  is_ca_certificate     = true
  validity_period_hours = 87600
  allowed_uses          = ["cert_signing", "crl_signing"]

  subject {
    common_name = "root.linkerd.cluster.local"
  }
}

resource "tls_private_key" "mesh_issuer" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}

resource "tls_cert_request" "mesh_issuer" {
  private_key_pem = tls_private_key.mesh_issuer.private_key_pem

  subject {
    common_name = "identity.linkerd.cluster.local"
  }
}

resource "tls_locally_signed_cert" "mesh_issuer" {
  cert_request_pem      = tls_cert_request.mesh_issuer.cert_request_pem
  ca_private_key_pem    = tls_private_key.mesh_root.private_key_pem
  ca_cert_pem           = tls_self_signed_cert.mesh_root.cert_pem
  is_ca_certificate     = true
  validity_period_hours = 8760
  early_renewal_hours   = 720
  allowed_uses          = ["cert_signing", "crl_signing"]
}

resource "helm_release" "linkerd_crds" {
  name             = "linkerd-crds"
  repository       = "https://helm.linkerd.io/edge"
  chart            = "linkerd-crds"
  version          = "2025.5.5"
  namespace        = "linkerd"
  create_namespace = true
  atomic           = true
}

resource "helm_release" "linkerd_control_plane" {
  name       = "linkerd-control-plane"
  repository = "https://helm.linkerd.io/edge"
  chart      = "linkerd-control-plane"
  version    = "2025.5.5"
  namespace  = helm_release.linkerd_crds.namespace
  atomic     = true

  values = [yamlencode({
    identityTrustAnchorsPEM = tls_self_signed_cert.mesh_root.cert_pem
    identity = {
      issuer = {
        tls = {
          crtPEM = tls_locally_signed_cert.mesh_issuer.cert_pem
          keyPEM = tls_private_key.mesh_issuer.private_key_pem
        }
      }
    }
    proxy = {
      # What no policy allows is refused, plain text first of all.
      defaultInboundPolicy = "deny"
      # Jobs end although their proxy does not (Kubernetes 1.29 and later).
      nativeSidecar = true
    }
  })]
}
