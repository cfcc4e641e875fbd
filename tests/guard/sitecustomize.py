"""Blocks the network in any Python that finds this first on its path, and notes in a file each time that it was tried.

An audit hook rather than other functions in place of those of ``socket``: it is told of what compiled modules do by Python's
own functions too, and nothing can take it away again. What native code does by itself, ``unshare`` has to block.
"""

import os
import socket
import sys
from pathlib import Path

NOTES = os.environ.get("CAREGUIDE_TEST_NETWORK_NOTES", "")
LOOKING_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request", "http.client.connect")


def _block(event, arguments):
    within = event == "socket.__new__" and arguments[1] not in (socket.AF_INET, socket.AF_INET6)
    if within or (event != "socket.__new__" and event not in LOOKING_UP):
        return
    with Path(NOTES).open("a") as notes:
        print(event, arguments[1:], file=notes)
    raise OSError("the network is blocked by the test")


if NOTES:
    sys.addaudithook(_block)
