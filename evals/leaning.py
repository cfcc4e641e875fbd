"""Does a turn lean on the question before it only where it should: follow-ups do, questions that stand alone do not.

    python -m evals leaning [--fit [--topics QUESTIONS.tsv]]

Follow-ups are those of the project's own questions. The others are asked as a second turn, after another question of the same
split: any, drawn by the digest of both ids, or one so drawn of those that the same page answers. ``--fit`` prints the constants
for ``question/followup.py`` instead: a logistic regression, both kinds counting alike, fitted on the ``dev`` split and a file
of questions with topics where there is one. The ``test`` split is only reported.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from assistant.config import load_config
from assistant.errors import ConfigError
from assistant.index.words import content_words
from assistant.opening import open_assistant
from assistant.question.followup import features
from assistant.wiring import Assistant
from evals import topics
from evals.calibrate import Case, fit, interval, out_of_fold
from evals.questions import FILE, SPLITS, Question, asked, read_questions, resolved

SHORT = 5
"""Most content words of a question that is told of as short."""
LEANING = 0.88
"""Share of the follow-ups that are to lean, each judged by weights fitted without it: 56 of 64, where 55 leaned before. Up to
there few others lean (0.86: 38 of 507, 0.88: 42, 0.9: 60, 0.92: 82)."""


def second_turns(questions: Sequence[Question], may_stand_before: Callable[[Question, Question], bool]) -> list[Question]:
    """Return each question after the first, in order of digests, that may stand before it; not those that none may."""
    made = []
    for one in questions:
        others = [other for other in questions if may_stand_before(other, one)]
        if others:
            before = min(others, key=partial(_digest, one))
            made.append(replace(one, turns=(*before.turns, *one.turns)))
    return made


def any_other(before: Question, one: Question) -> bool:
    """Whether it is another question, whatever it is about."""
    return before.turns != one.turns


def same_page(before: Question, one: Question) -> bool:
    """Whether it is another question that a page answers which answers this one too."""
    return any_other(before, one) and bool({label.document for label in before.gold} & {label.document for label in one.gold})


def _digest(one: Question, before: Question) -> bytes:
    return hashlib.sha256(f"{before.id} {one.id}".encode()).digest()


def leans(question: Question, assistant: Assistant) -> bool:
    """Whether the last turn is searched together with what was said before."""
    conversation = assistant.conversation()
    conversation.follow(question.turns[:-1])
    return bool(conversation.query(question.turns[-1]).topic)


def is_short(question: Question) -> bool:
    """Whether the last turn has few content words."""
    return len(content_words(question.turns[-1])) <= SHORT


def share(name: str, hits: Sequence[bool]) -> str:
    """Return a line such as ``follow-ups: lean  27/33  81.8% (69.7 to 93.9)``."""
    if not hits:
        return f"{name:<64}   0/0"
    low, high = interval(np.array(hits))
    return f"{name:<64}{sum(hits):>4}/{len(hits):<4}{100 * np.mean(hits):6.1f}% ({100 * low:.1f} to {100 * high:.1f})"


def report(assistant: Assistant, questions: Sequence[Question]) -> Iterator[str]:
    """Yield what the questions of a split come to, with 95% bootstrap intervals."""
    alone = [one for one in questions if len(one.turns) == 1]
    follow = [one for one in questions if len(one.turns) > 1]
    after, beside = second_turns(alone, any_other), second_turns(alone, same_page)
    yield from told("after any other", after, assistant)
    yield from told("after any other, short", [one for one in after if is_short(one)], assistant)
    yield from told("after one of the same page", beside, assistant)
    yield from told("after one of the same page, short", [one for one in beside if is_short(one)], assistant)
    yield from told("follow-ups", follow, assistant)


def told(name: str, questions: Sequence[Question], assistant: Assistant) -> Iterator[str]:
    """Yield how many lean, and how many of the answerable ones find a right section, with the turns before and without."""
    labelled = [one for one in questions if one.gold]
    yield share(f"{name}: lean", [leans(one, assistant) for one in questions])
    yield share("    right section in the top three", [asked(one, assistant).top for one in labelled])
    yield share("    the same asked first", [asked(one, assistant, last_alone=True).top for one in labelled])


def cases(assistant: Assistant, questions: Sequence[Question]) -> list[Case]:
    """Return what the regression is fitted on: each follow-up, and each question that stands alone after any other.

    Raises:
        ConfigError: there is nothing to compare with.
    """
    known = assistant.conversation().known
    if known is None:
        raise ConfigError("the corpus has no questions to compare with (asked.jsonl, outside.jsonl); nothing can be fitted")
    alone = second_turns([one for one in questions if len(one.turns) == 1], any_other)
    turns = [(one.turns, True) for one in questions if len(one.turns) > 1] + [(one.turns, False) for one in alone]
    read = [([assistant.wording.read(turn).text for turn in said], leaning) for said, leaning in turns]
    return [Case(features(said[-1], said[0], known), leaning) for said, leaning in read]


def development(questions: Sequence[Question], labelled: Sequence[topics.Labelled]) -> list[Question]:
    """Return the ``dev`` split, and of the questions with topics each first turn and each follow-up."""
    turns = [said for one in labelled for said in dict.fromkeys((one.turns[:1], one.turns))]
    more = [Question(f"topics-{at}", "plain", "dev", said, ()) for at, said in enumerate(turns)]
    return [one for one in questions if one.split == "dev"] + more


def fitted(known: Sequence[Case]) -> Iterator[str]:
    """Yield the constants for ``followup.py``, and what comes of each case by weights fitted without it."""
    scores, leaning = out_of_fold(known), np.array([one.answerable for one in known])
    at, made = float(np.quantile(scores[leaning], 1 - LEANING)), fit(known)
    yield "WEIGHTS: Mapping[str, float] = MappingProxyType(\n    {"
    yield from (f'        "{name}": {weight:.3f},' for name, weight in made.weights.items())
    yield f"    }}\n)\nINTERCEPT = {made.intercept - at:.3f}\n"
    yield share("fitted on, ten folds, follow-ups: lean", (scores[leaning] >= at).tolist())
    yield share("fitted on, ten folds, after any other: lean", (scores[~leaning] >= at).tolist())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--fit", action="store_true", help="print constants fitted on the dev split, not the report")
    parser.add_argument("--topics", type=Path, metavar="FILE", help="development questions with topics, fitted on as well")


def run(arguments: argparse.Namespace) -> int:
    """Print the report of both splits, or the fitted constants.

    Raises:
        AssistantError: the questions, the corpus or the index cannot be used.
    """
    assistant = open_assistant(load_config())
    questions = [resolved(question, assistant) for question in read_questions(FILE)]
    if arguments.fit:
        labelled = topics.read_questions(arguments.topics) if arguments.topics else []
        print("\n".join(fitted(cases(assistant, development(questions, labelled)))))
        return 0
    for split in SPLITS:
        print(f"\n{split}")
        for line in report(assistant, [one for one in questions if one.split == split]):
            print(line)
    return 0
