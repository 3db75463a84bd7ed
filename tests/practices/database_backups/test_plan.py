"""What the plan of practice 8 writes: dumps that leave the cluster and are tried every night."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seatrial.practices.database_backups.cronjobs import schedule
from tests.practices.applied import Applied

_CHART = "vmshift/helm/vmshift"
_DATABASE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: shop}
spec:
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec:
      containers:
        - name: postgres
          image: postgres:17.6
          env:
            - {name: POSTGRES_USER, value: ledger}
            - name: POSTGRES_PASSWORD
              valueFrom: {secretKeyRef: {name: ledger, key: password}}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 20Gi}}}
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Applied:
    return Applied(tmp_path_factory.mktemp("pair"), "database-backups").carry_out()


def test_each_environment_is_switched_on_with_the_size_of_its_own_volume(pair: Applied) -> None:
    found = {
        name: yaml.safe_load(pair.text(f"{_CHART}/values-{name}.yaml")).get("databaseBackups")
        for name in ("dev", "staging", "production")
    }
    assert found["dev"] is None
    assert found["production"] == {"enabled": True, "scratch": "50Gi"}
    assert found["staging"]["enabled"] is True
    assert pair.again() == []


def test_the_login_comes_from_the_secret_of_the_server(pair: Applied) -> None:
    text = pair.text(f"{_CHART}/templates/postgresql-backup.yaml")
    assert "key: POSTGRES_PASSWORD" in text
    assert "PGDATA" not in text
    assert "FAKE" not in text
    assert text.count('image: "{{ .Values.postgresql.image.repository }}') == 2


def test_the_bucket_lies_in_another_region_and_for_those_that_need_it(pair: Applied) -> None:
    text = pair.text("iac-vmshift/terraform/database-backups.tf")
    assert 'region = "us-ord"' in text
    assert 'contains(["production", "staging"], terraform.workspace)' in text
    assert "namespace = kubernetes_namespace.vmshift.metadata[0].name" in text


def test_the_script_of_the_documentation_starts_the_job_of_each_environment(pair: Applied) -> None:
    text = pair.text("vmshift/scripts/backup-db.sh")
    assert 'backup "vmshift-production" "vmshift-postgresql-backup"' in text
    assert '"dev")' not in text


def test_a_plain_manifest_gets_a_file_beside_it_that_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "repo/k8s/production"
    folder.mkdir(parents=True)
    (folder / "ledger.yaml").write_text(_DATABASE)
    done = Applied(tmp_path, "database-backups", names=("repo",)).carry_out()
    objects = list(yaml.safe_load_all(done.text("repo/k8s/production/ledger-backup.yaml")))
    jobs = {o["metadata"]["name"]: o["spec"] for o in objects if o["kind"] == "CronJob"}
    assert set(jobs) == {"ledger-backup", "ledger-restore-check"}
    pod = jobs["ledger-backup"]["jobTemplate"]["spec"]["template"]["spec"]
    dump = pod["initContainers"][0]
    assert dump["image"] == "postgres:17.6"
    given = {v["name"]: v for v in dump["env"]}
    assert given["PGHOST"]["value"] == "ledger"
    assert given["POSTGRES_PASSWORD"]["valueFrom"]["secretKeyRef"]["name"] == "ledger"
    assert pod["volumes"][1]["emptyDir"] == {"sizeLimit": "20Gi"}
    assert done.again() == []


def test_a_backup_that_is_there_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "repo/k8s/production"
    folder.mkdir(parents=True)
    (folder / "ledger.yaml").write_text(_DATABASE)
    (folder / "velero.yaml").write_text(
        "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {name: all, namespace: velero}\n"
        'spec: {schedule: "0 * * * *", template: {ttl: 720h, includedNamespaces: [shop]}}\n'
    )
    plan = Applied(tmp_path, "database-backups", names=("repo",)).plan
    assert [c.path for c in plan.files] == []


@pytest.mark.parametrize(
    ("rpo", "cron"), [(60, "13,43 * * * *"), (1440, "43 */12 * * *"), (5, "*/5 * * * *")]
)
def test_one_run_may_fail_before_too_much_is_lost(rpo: int, cron: str) -> None:
    assert schedule(rpo) == cron
