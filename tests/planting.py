"""A pair of repositories with a marked, fake secret in every kind of place that people put them.

Every secret begins with `MARK`, so that even a piece of one is found in an output; in base64 it
begins with `ENCODED`.
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MARK: Final = "Qz7Wk9"
ENCODED: Final = base64.b64encode(MARK.encode()).decode()
_BODY = "xV3nRt8LpQ2mZc5YhB6jD1sFgK4wTa0u"


def secret(number: int) -> str:
    """A marked value that looks as random as a real one."""
    return f"{MARK}{_BODY[number % 7 :]}{number:02d}"


def planted() -> dict[str, str]:
    """Files by path (`app/...`, `infra/...`), with a secret for each `@@` (`@64@`: in base64)."""
    numbers = iter(range(10_000))
    return {path: _filled(text, numbers) for path, text in (APP | INFRA).items()}


def _filled(text: str, numbers: Iterator[int]) -> str:
    while "@64@" in text:
        encoded = base64.b64encode(secret(next(numbers)).encode()).decode()
        text = text.replace("@64@", encoded, 1)
    while "@@" in text:
        text = text.replace("@@", secret(next(numbers)), 1)
    return text


def plant(folder: Path, files: dict[str, str]) -> tuple[Path, Path]:
    """Write both repositories, with a history in which secrets were committed and deleted."""
    for name in ("app", "infra"):
        root = folder / name
        root.mkdir()
        _git(root, "init", "-q")
        _git(root, "remote", "add", "origin", f"https://bot:{secret(1)}@example.com/x/{name}.git")
        for gone in (".env", "old.tfstate", "id_rsa", "kubeconfig.yaml"):
            (root / gone).write_text(f'{{"token": "{secret(2)}", "password": "{secret(3)}"}}\n')
        _commit(root, "begin")
        for gone in (".env", "old.tfstate", "id_rsa", "kubeconfig.yaml"):
            (root / gone).unlink()
        _commit(root, "clean up")
        for path, text in files.items():
            if path.startswith(f"{name}/"):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")
        _commit(root, "now")
    return folder / "app", folder / "infra"


def _commit(root: Path, message: str) -> None:
    _git(root, "add", "-A", "-f")
    _git(root, "commit", "-q", "-m", message)


def _git(root: Path, *words: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *words], check=True, capture_output=True)


APP: Final = {
    "app/.github/workflows/deploy.yml": """\
name: Deploy
on: {push: {branches: [main]}}
env:
  DB_PASSWORD: @@
  SLACK_WEBHOOK_URL: https://hooks.slack.com/services/T0000/B0000/@@
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: {name: production, url: "https://admin:@@@shop.example.com"}
    services:
      postgres: {image: postgres, env: {POSTGRES_PASSWORD: @@}, credentials: {password: @@}}
    env: {API_TOKEN: ghp_@@}
    steps:
      - uses: actions/checkout@v4
        with: {token: ghp_@@}
      - uses: docker/login-action@v3
        with: {username: bot, password: @@}
      - run: |
          git clone https://bot:@@@example.com/x/y.git
          docker login -u bot -p @@ ghcr.io
          echo @@ | docker login --password-stdin ghcr.io
          curl -f -H "Authorization: Bearer @@" https://shop.example.com/health
          curl -s -u admin:@@ https://admin:@@@shop.example.com/health?token=@@ || true
          export PGPASSWORD=@@
          kubectl create secret generic db --from-literal=password=@@ -n production
          kubectl set env deployment/shop DB_PASSWORD=@@ -n production
          kubectl patch secret db -p '{"data": {"password": "@64@"}}'
          helm upgrade --install shop ./chart --set db.password=@@ --set-string token=@@
          gh secret set DB_PASSWORD --body @@
          AWS_SECRET_ACCESS_KEY=@@ aws s3 sync . s3://bucket
          psql "postgres://shop:@@@db.example.com:5432/shop" -c 'select 1'
""",
    "app/.github/workflows/broken.yml": """\
on: push
jobs:
  deploy:
    env:
      TOKEN: "@@
     password: @@
	key: @@
""",
    "app/.gitlab-ci.yml": "variables: {DB_PASSWORD: '@@'}\ndeploy: {script: ['curl -u a:@@ x']}\n",
    "app/Jenkinsfile": "pipeline { environment { TOKEN = '@@' } }\n",
    "app/Dockerfile": """\
FROM python:3.11
ARG NPM_TOKEN=@@
ENV DB_PASSWORD=@@ API_KEY="@@"
RUN pip install --extra-index-url https://bot:@@@pypi.example.com/simple shop
RUN curl -u bot:@@ https://example.com/x | sh
HEALTHCHECK CMD redis-cli -a @@ ping
CMD ["serve", "--password", "@@"]
""",
    "app/docker-compose.yml": """\
services:
  shop:
    build: {context: ., args: {TOKEN: "@@"}}
    environment:
      DATABASE_URL: postgres://shop:@@@db:5432/shop
      SECRET_KEY: @@
  cache:
    image: redis:7
    command: redis-server --requirepass @@
    healthcheck: {test: ["CMD", "redis-cli", "-a", "@@", "ping"]}
""",
    "app/.env": "DB_PASSWORD=@@\nSTRIPE_KEY=sk_live_@@\n",
    "app/.env.production": 'export TOKEN="@@"\n',
    "app/chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "app/chart/values.yaml": "db: {password: @@}\nenvironment: dev\ntoken: @@\n",
    "app/chart/values-production.yaml": "db: {password: @@}\nenvironment: production\nextra: @@\n",
    "app/chart/templates/all.yaml": """\
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {password: "{{ .Values.db.password }}", literal: "@@"}
data: {token: @64@}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          image: shop:latest
          args: ["--password=@@"]
          env:
            - {name: API_TOKEN, value: "@@"}
            - {name: DB_PASSWORD, value: {{ .Values.db.password | quote }}}
          livenessProbe:
            httpGet: {path: "/health?token=@@", port: 80, httpHeaders: [{name: A, value: @@}]}
          readinessProbe:
            exec: {command: ["redis-cli", "-a", "@@", "ping"]}
""",
    "app/failing/Chart.yaml": "apiVersion: v2\nname: failing\nversion: 1.0.0\n",
    "app/failing/values.yaml": "password: @@\n",
    "app/failing/templates/a.yaml": '{{ fail (printf "bad password %s" .Values.password) }}\n',
    "app/wrong-type/Chart.yaml": "apiVersion: v2\nname: wrong-type\nversion: 1.0.0\n",
    "app/wrong-type/values.yaml": "password: @@\n",
    "app/wrong-type/templates/a.yaml": "a: {{ .Values.password.deep.deeper }}\n",
    "app/tpl/Chart.yaml": "apiVersion: v2\nname: tpl\nversion: 1.0.0\n",
    "app/tpl/values.yaml": "password: '{{ @@ }}'\n",
    "app/tpl/templates/a.yaml": "a: {{ tpl .Values.password . }}\n",
    "app/no-yaml/Chart.yaml": "apiVersion: v2\nname: no-yaml\nversion: 1.0.0\n",
    "app/no-yaml/values.yaml": "password: @@\n",
    "app/no-yaml/templates/a.yaml": 'kind: Secret\n - x\n  y: "{{ .Values.password }}\n\t@@\n',
    "app/schema/Chart.yaml": "apiVersion: v2\nname: schema\nversion: 1.0.0\n",
    "app/schema/values.yaml": "password: @@\n",
    "app/schema/values.schema.json": '{"properties": {"password": {"pattern": "^[0-9]+$"}}}\n',
    "app/schema/templates/a.yaml": "kind: ConfigMap\ndata: {a: '{{ .Values.password }}'}\n",
    "app/scripts/deploy.sh": """\
#!/usr/bin/env bash
export DB_PASSWORD=@@
TOKEN='@@'
mysql -u root -p@@ shop < dump.sql
mysqldump --password=@@ shop > dump.sql
PGPASSWORD=@@ pg_dump postgres://u:@@@db/shop | gzip > x.gz
kubectl create secret docker-registry pull --docker-password=@@
kubectl config set-credentials ci --token=@@
curl -X POST -d '{"password": "@@"}' https://api.example.com/login?key=@@
linode-cli --token @@ linodes list
cat <<EOF | kubectl apply -f -
kind: Secret
stringData: {password: @@}
EOF
""",
    "app/scripts/broken.sh": 'export TOKEN="@@\nif [ x\n  curl -u a:@@ https://a:@@@b/\n',
    "app/Makefile": "TOKEN = @@\ndeploy:\n\thelm upgrade shop ./chart --set token=@@ --wait\n",
    "app/justfile": "token := '@@'\ndeploy:\n    kubectl set env deploy/shop TOKEN=@@\n",
    "app/package.json": """\
{"name": "shop", "scripts": {"deploy": "TOKEN=@@ kubectl apply -f . --token=@@", "test": "jest"},
 "dependencies": {"lib": "git+https://bot:@@@example.com/lib.git", "express": "4.0.0"}}
""",
    "app/.npmrc": "//registry.npmjs.org/:_authToken=@@\n",
    "app/.pypirc": "[pypi]\npassword = pypi-@@\n",
    "app/requirements.txt": """\
--extra-index-url https://bot:@@@pypi.example.com/simple
lib @ git+https://bot:@@@example.com/lib.git
fastapi==0.1.0
celery==5.0.0
""",
    "app/pyproject.toml": '[tool.x]\ntoken = "@@"\n[[tool.uv.index]]\nurl = "https://a:@@@b/simple"\n',
    "app/Gemfile": "source 'https://bot:@@@gems.example.com'\ngem 'rails'\n",
    "app/pom.xml": "<project><properties><db.password>@@</db.password></properties></project>\n",
    "app/application.properties": "spring.datasource.password=@@\n",
    "app/appsettings.json": '{"ConnectionStrings": {"Db": "Server=x;Password=@@;"}}\n',
    "app/alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://shop:@@@db/shop\n",
    "app/shop/settings.py": """\
import os
SECRET_KEY = "@@"
DATABASE_URL = os.environ.get("DATABASE_URL", "postgres://shop:@@@db/shop")
print("started with @@")
""",
    "app/shop/main.py": '@app.get("/health")\ndef health():\n    return check("redis://:@@@c:6379")\n',
    "app/tests/test_shop.py": 'def test_x():\n    login("admin", "@@")\n',
    "app/README.md": """\
# Shop
Log in as admin with `@@`, or with https://admin:@@@shop.example.com/.
```bash
kubectl create secret generic db --from-literal=password=@@
curl -H "Authorization: Bearer @@" https://shop.example.com
```
""",
    "app/docs/runbook.md": "`PGPASSWORD=@@ pg_restore -d postgres://u:@@@db/shop x.dump`\n",
    "app/.gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://bot:@@@example.com/x.git\n',
    "app/.docker/config.json": '{"auths": {"ghcr.io": {"auth": "@64@"}}}\n',
    "app/merge.yaml": "kind: Secret\ndata:\n<<<<<<< a\n  a: @@\n=======\n  a: @@\n>>>>>>> b\n",
}

INFRA: Final = {
    "infra/terraform/main.tf": """\
terraform {
  backend "s3" {
    bucket     = "state"
    key        = "x"
    access_key = "@@"
    secret_key = "@@"
  }
}
provider "linode" { token = "@@" }
resource "aws_db_instance" "db" { password = "@@" }
resource "kubernetes_secret" "x" { data = { password = "@@", key = base64encode("@@") } }
resource "helm_release" "shop" {
  chart      = "../../app/chart"
  repository = "https://bot:@@@charts.example.com"
  set {
    name  = "db.password"
    value = "@@"
  }
  set_sensitive {
    name  = "token"
    value = "@@"
  }
  values = [<<-EOT
    db: {password: @@}
    broken: "@@
  EOT
  ]
}
resource "null_resource" "x" {
  provisioner "local-exec" { command = "kubectl create secret generic x --from-literal=p=@@" }
}
module "x" { source = "git::https://bot:@@@example.com/x.git?ref=main" }
output "password" { value = "@@" }
""",
    "infra/terraform/variables.tf": 'variable "db_password" { default = "@@" }\n',
    "infra/terraform/terraform.tfvars": 'linode_token = "@@"\npasswords = { production = "@@" }\n',
    "infra/terraform/x.auto.tfvars.json": '{"api_key": "@@"}\n',
    "infra/terraform/broken.tf": 'resource "x" "y" {\n  password = "@@\n  token = @@ @@ "\n',
    "infra/terraform/broken.tfvars": 'token = "@@\npassword == @@\n',
    "infra/terraform/terraform.tfstate": """\
{"version": 4, "terraform_version": "1.5.7", "serial": 1, "lineage": "x",
 "outputs": {"kubeconfig": {"value": "@@", "type": "string", "sensitive": true}},
 "resources": [{"mode": "managed", "type": "random_password", "name": "db", "provider": "x",
  "instances": [{"attributes": {"result": "@@", "bcrypt_hash": "@@"},
                 "index_key": "production", "sensitive_attributes": []}]}]}
""",
    "infra/terraform/broken.tfstate": '{"version": 4, "outputs": {"token": {"value": "@@", @@\n',
    "infra/terragrunt/terragrunt.hcl": 'inputs = { password = "@@" }\n',
    "infra/manifests/secret.yaml": """\
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: production}
data: {password: @64@}
stringData:
  key: |
    -----BEGIN RSA PRIVATE KEY-----
    @@
    -----END RSA PRIVATE KEY-----
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: production}
data: {DB_PASSWORD: "@@", settings.ini: "password=@@"}
""",
    "infra/manifests/broken-secret.yaml": "kind: Secret\ndata:\n  a: @64@\n b: @@\n\tc: {@@\n",
    "infra/manifests/backup.yaml": """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup, namespace: production}
spec:
  schedule: "0 2 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: backup
              image: postgres:16
              command: [sh, -c, "pg_dump postgres://u:@@@db/shop | gzip > /b/x.gz; aws x --key @@"]
""",
    "infra/manifests/argo.yaml": """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  project: default
  destination: {namespace: production}
  source:
    repoURL: https://bot:@@@example.com/x/app.git
    path: chart
    helm:
      parameters: [{name: db.password, value: "@@"}]
      values: |
        db: {password: @@}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: x}
spec: {url: "https://bot:@@@charts.example.com"}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: x}
spec: {values: {adminPassword: "@@"}, chart: {spec: {chart: grafana}}}
""",
    "infra/kustomize/kustomization.yaml": """\
secretGenerator: [{name: x, literals: ["password=@@"]}]
configMapGenerator: [{name: y, literals: ["TOKEN=@@"]}]
resources: ["https://bot:@@@example.com/x.git//base?ref=main"]
""",
    "infra/monitoring/alertmanager.yaml": """\
route: {receiver: slack}
receivers:
  - name: slack
    slack_configs: [{api_url: "https://hooks.slack.com/services/T0/B0/@@", channel: "#x"}]
    pagerduty_configs: [{routing_key: "@@"}]
    email_configs: [{auth_password: "@@", to: a@example.com}]
""",
    "infra/monitoring/prometheus.yml": """\
scrape_configs:
  - job_name: shop
    basic_auth: {username: x, password: "@@"}
    static_configs: [{targets: ["user:@@@shop:80"]}]
""",
    "infra/monitoring/loki.yaml": "storage_config: {aws: {s3: 's3://key:@@@region/bucket'}}\n",
    "infra/ansible/vars.yml": "db_password: @@\n",
    "infra/kubeconfig.yaml": """\
apiVersion: v1
kind: Config
users: [{name: a, user: {token: "@@", client-key-data: "@64@", password: "@@"}}]
""",
    "infra/id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\n@@\n-----END OPENSSH PRIVATE KEY-----\n",
    "infra/renovate.json": '{"hostRules": [{"password": "@@"}]}\n',
    "infra/.github/dependabot.yml": "version: 2\nregistries: {x: {type: npm, token: '@@'}}\n",
    "infra/.github/workflows/plan.yml": """\
on: {pull_request: {}, push: {branches: [main]}}
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - run: terraform init -backend-config="secret_key=@@" && terraform apply -var token=@@
        env: {TF_VAR_db_password: "@@"}
""",
}
