"""Holds the instructions of the hot paths to benches/hot_paths.json: times are noisy, instructions are not.

    python3 benches/hot_paths.py            compares, and fails with the figure of a path that takes more than it may
    python3 benches/hot_paths.py --update   writes the figures as the new baseline

Needs valgrind. Each path runs for some items and for twice as many, and the difference is what items take.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BASELINE = Path(__file__).with_suffix(".json")
ITEMS = {"verdict": 2000, "computed": 2000, "full": 2000, "history": 40, "stream": 5000}
# What another compiler or allocator of the same kind may differ by.
MARGIN = 0.10


def built():
    command = ["cargo", "bench", "--locked", "--no-run", "--bench", "hot_paths", "--message-format=json"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    found = [json.loads(line) for line in lines if '"executable":"' in line]
    return next(unit["executable"] for unit in found if unit["target"]["name"] == "hot_paths")


def instructions(program, path, items):
    with tempfile.TemporaryDirectory() as folder:
        out = f"--callgrind-out-file={os.path.join(folder, 'out')}"
        command = ["valgrind", "--tool=callgrind", out, program, path, str(items)]
        ended = subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True)
    return int(re.search(r"Collected : (\d+)", ended.stderr).group(1))


def main():
    program = built()
    per_item = {}
    for path, items in ITEMS.items():
        more, fewer = instructions(program, path, 2 * items), instructions(program, path, items)
        per_item[path] = round((more - fewer) / items)
    if "--update" in sys.argv:
        BASELINE.write_text(json.dumps(per_item, indent=2) + "\n")
    baseline = json.loads(BASELINE.read_text())
    failed = False
    print(f"{'path':10}{'instructions':>14}{'baseline':>10}{'ratio':>8}")
    for path, counted in per_item.items():
        ratio = counted / baseline[path]
        failed |= ratio > 1 + MARGIN
        verdict = f"more than {1 + MARGIN:.2f} times the baseline" if ratio > 1 + MARGIN else ""
        print(f"{path:10}{counted:>14}{baseline[path]:>10}{ratio:>8.2f}  {verdict}")
    sys.exit(1 if failed else 0)


main()
