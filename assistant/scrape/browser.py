"""The browser that renders pages whose text is put there by script: where it is, and what it may not load."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import ConfigError

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
UNWANTED = frozenset({"image", "font", "media"})
"""Kinds of resources that carry no text."""
TEXT = 80
"""Characters of the main content from which on a page is taken to be there: a title and a sentence."""
PATIENCE = 20
"""Seconds to wait for the main content."""
HAS_TEXT = """([least]) => {
  const main = document.querySelector('main, article, [role=main], .pcf-BodyText') || document.body;
  return !!main && !!main.querySelector('p, li') && main.innerText.trim().length >= least;
}"""


def find_browser(configured: str = "") -> str:
    """Return the path of Chromium.

    Args:
        configured: a path from the settings; empty to look for one.

    Raises:
        ConfigError: there is none; the message names the package to install.
    """
    if configured:
        if os.access(configured, os.X_OK):
            return configured
        raise ConfigError(f"the browser {configured} cannot be run; mend the setting 'browser', or leave it out")
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise ConfigError(
        "some pages need a browser and none is installed; install the package 'chromium' (apt install chromium), or name one "
        "with the setting 'browser'"
    )


def settings(path: str, hosts: Collection[str], user_agent: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what scrapy-playwright needs.

    Args:
        path: of the browser.
        hosts: that may be asked; for any other the browser finds no address.
        names: for tests, where a host is really served, see ``handler``.
    """
    reached = [*hosts, *(urlsplit(place).hostname or "" for place in names.values())]
    rules = ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in sorted(set(reached)))])
    arguments = [f"--host-resolver-rules={rules}", "--disable-gpu", "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
    return {
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": path, "headless": True, "args": arguments},
        "PLAYWRIGHT_CONTEXTS": {"default": {"user_agent": user_agent, "service_workers": "block"}},
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": PATIENCE * 1000,
        "PLAYWRIGHT_ABORT_REQUEST": unwanted(set(reached)),
    }


def unwanted(hosts: Collection[str]) -> Any:
    """Return the function that tells scrapy-playwright which requests of a page to refuse."""

    def refuse(request: Any) -> bool:
        parts = urlsplit(request.url)
        return request.resource_type in UNWANTED or (parts.scheme in {"http", "https"} and parts.hostname not in hosts)

    return refuse
