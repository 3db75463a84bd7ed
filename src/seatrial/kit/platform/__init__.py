"""What runs in a cluster and how it gets there: workloads, charts, GitOps, RBAC, values."""
