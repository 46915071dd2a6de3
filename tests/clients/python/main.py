"""The Python SDK, ``mcp``: both eras, and the choice between them.

    tests/.venv/bin/python tests/clients/python/main.py --url http://127.0.0.1:8000/mcp --server everything --era auto

It writes the same steps as the TypeScript clients, in the same order and under the same names.
It ends with 0 when every step ended as expected, 1 when some did not, 2 when the command line was
wrong, and 3 when the whole run hung.
"""

import asyncio
import os
import sys
import threading
import warnings

from mcp.shared.exceptions import MCPDeprecationWarning

from options import read_options
from story import tell

LONGEST = 180.0
"""The longest that a whole run may take, in seconds: beyond it something hangs."""


def give_up() -> None:
    """Ends the process at once, because what hangs may not listen to a cancellation."""
    print("the run did not end in time", file=sys.stderr, flush=True)
    os._exit(3)


def main() -> int:
    """Runs the story, and gives the exit code."""
    # Half of the steps are about what 2026-07-28 has deprecated.
    warnings.simplefilter("ignore", MCPDeprecationWarning)
    watchdog = threading.Timer(LONGEST, give_up)
    watchdog.daemon = True
    watchdog.start()
    return asyncio.run(tell(read_options()))


if __name__ == "__main__":
    sys.exit(main())
