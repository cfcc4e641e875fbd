"""``python -m evals COMMAND``: every figure that the project gives comes from here; ``--help`` lists the commands."""

from __future__ import annotations

import argparse
import sys

from assistant.errors import AssistantError
from evals import calibrate, floors, leaning, questions, reading, run, topics, weigh

COMMANDS = {
    run: "score systems on benchmarks in BEIR format",
    questions: "score the product on its own questions",
    topics: "score citations on questions labelled with topics",
    reading: "measure the starter notes: size, reading age, share of the facts",
    floors: "compare with the pinned figures, or pin them",
    calibrate: "fit when to say that nothing was found",
    leaning: "tell whether follow-ups lean on what was said before, and other questions do not",
    weigh: "learn how much each signal of the search counts",
}


def main() -> int:
    """Run a command; an error is one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser("python -m evals", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module, summary in COMMANDS.items():
        command = commands.add_parser(module.__name__.removeprefix("evals."), help=summary)
        module.add_arguments(command)
        command.set_defaults(command=module.run)
    arguments = parser.parse_args()
    try:
        return int(arguments.command(arguments))
    except AssistantError as fault:
        print(f"evals: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
