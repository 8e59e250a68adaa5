"""What is deployed and the program agree, and so do the files among themselves."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
BINARY = Path(os.environ.get("EXPRESS_ENTRY_BIN", ROOT / "target/release/express-entry")).resolve()
RENDERED = Path(os.environ.get("RENDERED", "rendered"))
CARGO = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "systemd/express-entry.service").read_text(encoding="utf-8")
ENVIRONMENT = (DEPLOY / "systemd/express-entry.env").read_text(encoding="utf-8")
OVERLAYS = ("base", "mesh")
# Seconds that a stop may take beyond its lame-duck pause and its grace period.
SLACK = 5.0


def told_by_help(*command: str) -> str:
    ran = subprocess.run([BINARY, *command, "--help"], capture_output=True, text=True, timeout=20, check=True)
    return ran.stdout


SERVE = told_by_help("serve")
HEALTHCHECK = told_by_help("healthcheck")
VARIABLES = set(re.findall(r"\[env: (EXPRESS_ENTRY_\w+)=", SERVE))


def default(flag: str) -> str:
    found = re.search(rf"--{flag} .*?\[default: (\S+)\]", SERVE, re.DOTALL)
    assert found, flag
    return found[1]


PORT = int(default("listen").rsplit(":", 1)[1])


class Manifests:
    """The objects of one overlay, as kustomize puts them together."""

    def __init__(self, overlay: str) -> None:
        documents = yaml.safe_load_all((RENDERED / f"{overlay}.yaml").read_text(encoding="utf-8"))
        self.by_kind = {document["kind"]: document for document in documents}
        self.deployment = self.by_kind["Deployment"]
        self.pod = self.deployment["spec"]["template"]["spec"]
        (self.container,) = self.pod["containers"]
        self.env = {variable["name"]: variable["value"] for variable in self.container["env"]}
        self.probes = [self.container[f"{name}Probe"] for name in ("startup", "readiness", "liveness")]


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> Manifests:
    return Manifests(request.param)


def texts() -> list[Path]:
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix in ("", ".yaml", ".env", ".service")]
    return [*files, ROOT / "docs/deploy.md"]


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.name)
def test_every_variable_exists(path: Path) -> None:
    named = set(re.findall(r"EXPRESS_ENTRY_\w+", path.read_text(encoding="utf-8"))) - {"EXPRESS_ENTRY_BIN"}
    assert named <= VARIABLES, f"`serve --help` doesn't have {sorted(named - VARIABLES)}"


def test_the_environment_file_names_what_exists_and_can_be_read() -> None:
    lines = [line.removeprefix("#") for line in ENVIRONMENT.splitlines() if re.match(r"#?[A-Z]", line)]
    assert len(lines) > 8
    for line in lines:
        assert re.fullmatch(r"EXPRESS_ENTRY_\w+=[^\s\"']+", line), line


def test_every_command_and_flag_exists(manifests: Manifests) -> None:
    assert manifests.container["args"] == ["serve"]
    for command in (probe["exec"]["command"] for probe in manifests.probes if "exec" in probe):
        program, subcommand, *flags = command
        assert (program, subcommand) == ("/express-entry", "healthcheck")
        for flag in flags:
            assert f"{flag.split('=')[0]} <" in HEALTHCHECK, f"`healthcheck --help` doesn't have {flag}"
    assert 'CMD ["/express-entry", "healthcheck"]' in CONTAINERFILE
    assert re.search(r"^ExecStart=/usr/local/bin/express-entry serve$", UNIT, re.MULTILINE)


def test_the_probes_ask_health_and_one_another_the_same(manifests: Manifests) -> None:
    asked = [{key: probe[key] for key in ("exec", "grpc") if key in probe} for probe in manifests.probes]
    assert len(asked[0]) == 1 and asked[0] == asked[1] == asked[2]
    # The kubelet's gRPC probe speaks plaintext, and so must the server that it asks.
    assert ("grpc" in asked[0]) == ("EXPRESS_ENTRY_TLS_CERT" not in manifests.env)
    assert ("grpc" in asked[0]) == (manifests.env.get("EXPRESS_ENTRY_ALLOW_PLAINTEXT") == "true")
    # The program gives up first, and says why.
    gives_up = int(re.search(r"--timeout <SECONDS>.*?\[default: (\d+)\]", HEALTHCHECK, re.DOTALL)[1])
    assert all(probe["timeoutSeconds"] > gives_up for probe in manifests.probes)


def test_the_ports_agree(manifests: Manifests) -> None:
    (port,) = manifests.container["ports"]
    (service_port,) = manifests.by_kind["Service"]["spec"]["ports"]
    assert manifests.env["EXPRESS_ENTRY_LISTEN"] == f"0.0.0.0:{PORT}"
    assert port["containerPort"] == PORT
    assert (service_port["port"], service_port["targetPort"]) == (PORT, port["name"])
    for probe in manifests.probes:
        if "grpc" in probe:
            assert probe["grpc"]["port"] == PORT
        else:
            assert f"--address=127.0.0.1:{PORT}" in probe["exec"]["command"]
    if policy := manifests.by_kind.get("NetworkPolicy"):
        assert [one["port"] for rule in policy["spec"]["ingress"] for one in rule["ports"]] == [port["name"]]
    assert re.findall(r"^EXPOSE (\d+)$", CONTAINERFILE, re.MULTILINE) == [str(PORT)]
    assert set(re.findall(r"EXPRESS_ENTRY_LISTEN=.*:(\d+)", ENVIRONMENT)) == {str(PORT)}


def test_a_stop_has_time_to_end(manifests: Manifests) -> None:
    stop = sum(float(manifests.env[f"EXPRESS_ENTRY_{name}"]) for name in ("LAME_DUCK", "GRACE_PERIOD"))
    assert stop + SLACK <= manifests.pod["terminationGracePeriodSeconds"]
    settings = dict(re.findall(r"^(EXPRESS_ENTRY_\w+)=(\S+)$", ENVIRONMENT, re.MULTILINE))
    for lame_duck, grace in (
        (settings["EXPRESS_ENTRY_LAME_DUCK"], settings["EXPRESS_ENTRY_GRACE_PERIOD"]),
        (default("lame-duck"), default("grace-period")),
    ):
        assert float(lame_duck) + float(grace) + SLACK <= float(re.search(r"TimeoutStopSec=(\d+)", UNIT)[1])


def test_the_objects_find_one_another(manifests: Manifests) -> None:
    name = manifests.deployment["metadata"]["name"]
    labels = manifests.deployment["spec"]["template"]["metadata"]["labels"]
    selectors = [
        manifests.deployment["spec"]["selector"]["matchLabels"],
        manifests.by_kind["Service"]["spec"]["selector"],
        manifests.by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        *(spread["labelSelector"]["matchLabels"] for spread in manifests.pod["topologySpreadConstraints"]),
    ]
    if policy := manifests.by_kind.get("NetworkPolicy"):
        selectors.append(policy["spec"]["podSelector"]["matchLabels"])
    assert all(selector and selector.items() <= labels.items() for selector in selectors)
    assert manifests.pod["serviceAccountName"] == manifests.by_kind["ServiceAccount"]["metadata"]["name"] == name
    assert manifests.by_kind["Service"]["spec"]["clusterIP"] == "None"
    assert manifests.deployment["spec"]["replicas"] > manifests.by_kind["PodDisruptionBudget"]["spec"]["maxUnavailable"]
    assert not any("namespace" in document["metadata"] for document in manifests.by_kind.values())


def test_the_base_has_every_manifest() -> None:
    base = DEPLOY / "kubernetes/base"
    listed = yaml.safe_load((base / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted(listed) == sorted(path.name for path in base.glob("*.yaml") if path.name != "kustomization.yaml")
    assert set(OVERLAYS) == {path.name for path in base.parent.iterdir()}


def test_the_pod_has_no_rights(manifests: Manifests) -> None:
    pod, container = manifests.pod["securityContext"], manifests.container["securityContext"]
    user = re.search(r"^USER (\d+):(\d+)$", CONTAINERFILE, re.MULTILINE)
    assert (pod["runAsUser"], pod["runAsGroup"]) == (int(user[1]), int(user[2])) and pod["runAsUser"] > 0
    assert pod["runAsNonRoot"] is True and pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["readOnlyRootFilesystem"] is True and container["allowPrivilegeEscalation"] is False
    assert container["privileged"] is False and container["capabilities"] == {"drop": ["ALL"]}
    assert manifests.pod["automountServiceAccountToken"] is False
    assert manifests.by_kind["ServiceAccount"]["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & manifests.pod.keys()
    assert set(manifests.container["resources"]["limits"]) >= {"cpu", "memory"}


def test_every_file_is_mounted(manifests: Manifests) -> None:
    volumes = {volume["name"]: volume["secret"] for volume in manifests.pod.get("volumes") or []}
    mounted = set()
    for mount in manifests.container.get("volumeMounts") or []:
        assert mount["readOnly"] is True and "subPath" not in mount
        secret = volumes.pop(mount["name"])
        assert secret["defaultMode"] == 0o440
        mounted |= {f"{mount['mountPath']}/{item['path']}" for item in secret["items"]}
    assert not volumes, "mounted nowhere"
    commands = [flag.split("=")[-1] for probe in manifests.probes for flag in probe.get("exec", {}).get("command", [])]
    named = {value for value in (*manifests.env.values(), *commands[1:]) if value.startswith("/etc/")}
    assert named == mounted


def test_versions_are_pinned_and_agree(manifests: Manifests) -> None:
    version = CARGO["package"]["version"]
    assert manifests.container["image"] == f"express-entry:{version}"
    assert f'org.opencontainers.image.version="{version}"' in CONTAINERFILE
    build, runtime = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    assert runtime == "scratch"
    pinned = re.search(r"rust:(\d+)\.(\d+)\.\d+-slim-\w+$", build)
    assert pinned, f"{build} is not pinned to a version"
    wanted = tuple(map(int, CARGO["package"]["rust-version"].split(".")))
    assert (int(pinned[1]), int(pinned[2])) >= wanted[:2]


def test_the_build_sees_what_it_needs_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*" and all(rule.startswith("!") for rule in rules[1:])
    seen = {rule[1:] for rule in rules[1:]}
    assert all((ROOT / path).exists() for path in seen)
    targets = [target.get("path", f"{kind}es/{target['name']}") for kind in ("bench",) for target in CARGO[kind]]
    targets += [target["path"] for kind in ("bin", "test") for target in CARGO[kind]]
    for path in ("Cargo.toml", "Cargo.lock", "build.rs", "src/lib.rs", "proto/expressentry", "catalog/draws.csv", *targets):
        assert any(path == rule or path.startswith(f"{rule}/") for rule in seen), path


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may change the root of a process")
def test_it_runs_alone_as_nobody_and_writes_nothing(tmp_path: Path) -> None:
    """The image's conditions without its engine: a root that holds the program and its libraries, not writable, a user
    without a name, no shell."""
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    shutil.copy(BINARY, root / "express-entry")
    listed = subprocess.run(["ldd", BINARY], capture_output=True, text=True, timeout=20, check=False).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        copy = root / library.removeprefix("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    before = sorted(root.rglob("*"))
    user, group = re.search(r"^USER (\d+):(\d+)$", CONTAINERFILE, re.MULTILINE).groups()
    alone = [shutil.which("chroot") or "/usr/sbin/chroot", f"--userspec={user}:{group}", str(root), "/express-entry"]
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        flags = ["--listen=127.0.0.1:0", "--log-format=json", "--lame-duck=0", "--grace-period=2"]
        server = subprocess.Popen([*alone, "serve", *flags], stdin=subprocess.DEVNULL, stderr=stderr, env={})
    try:
        address = None
        for _ in range(100):
            if address := re.search(r"127\.0\.0\.1:\d+", log.read_text()):
                break
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        assert address, log.read_text()
        status = Path(f"/proc/{server.pid}/status").read_text()
        assert re.search(r"^Uid:\s+(.*)$", status, re.MULTILINE)[1].split() == [user] * 4
        asked = [*alone, "healthcheck", f"--address={address[0]}"]
        assert subprocess.run(asked, env={}, timeout=20, check=False).returncode == 0
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0, log.read_text()
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    assert subprocess.run(asked, env={}, timeout=20, check=False).returncode == 69
    assert sorted(root.rglob("*")) == before
