"""``python -m evals run|questions|topics|floors ...``: every figure that the project gives comes from here."""

from __future__ import annotations

import argparse
import sys

from assistant.errors import AssistantError
from evals import floors, questions, run, topics


def main() -> int:
    """Run a command; an error is one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser("python -m evals", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    running = commands.add_parser("run", help="score systems on benchmarks in BEIR format")
    run.add_arguments(running)
    running.set_defaults(command=run.run)
    asking = commands.add_parser("questions", help="score the product on its own questions")
    questions.add_arguments(asking)
    asking.set_defaults(command=questions.run)
    labelled = commands.add_parser("topics", help="score citations on questions labelled with topics")
    topics.add_arguments(labelled)
    labelled.set_defaults(command=topics.run)
    pinned = commands.add_parser("floors", help="compare with the pinned figures, or pin them")
    floors.add_arguments(pinned)
    pinned.set_defaults(command=floors.run)
    arguments = parser.parse_args()
    try:
        return int(arguments.command(arguments))
    except AssistantError as fault:
        print(f"evals: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
