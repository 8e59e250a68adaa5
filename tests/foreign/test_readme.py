"""The commands of the README, typed as they stand there, print what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Server

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ ((?:grpcurl|buf) .*?)\n```", README, re.DOTALL)


def command_and_output(block: str) -> tuple[str, str]:
    """The command ends with the address and the method; what follows is what it prints."""
    end = re.search(r"ExpressEntryService/\w+\n", block)
    assert end, block
    return block[: end.end() - 1], block[end.end() :]


def as_told(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_the_commands_were_found() -> None:
    assert len(BLOCKS) >= 3


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split()[0])
def test_command(block: str, server: Server) -> None:
    command, shown = command_and_output(block)
    command = command.replace("127.0.0.1:50051", server.address)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ran = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        text=True,
        check=False,
    )
    assert as_told(ran.stdout) == as_told(shown)
