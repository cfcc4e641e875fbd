"""Running a command without the right to pass over file permissions, which the tests have when they run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

CAPABILITIES = "-dac_override,-dac_read_search"


def careguide(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``careguide`` in a process of its own that file permissions bind; skip where that cannot be arranged."""
    command = [sys.executable, "-m", "assistant.cli", *words]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("setpriv is not installed, and root may read and write everywhere")
        command = ["setpriv", f"--inh-caps={CAPABILITIES}", f"--bounding-set={CAPABILITIES}", *command]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | environment, timeout=60)
