"""The corpus that ships, read once in a process: that takes a second."""

from __future__ import annotations

import functools

from assistant.config import packaged_corpus
from assistant.corpus import Corpus, CorpusReading


@functools.cache
def shipped_corpus() -> CorpusReading:
    """Return the documents and the reference of the corpus that ships."""
    return Corpus(packaged_corpus()).load()
