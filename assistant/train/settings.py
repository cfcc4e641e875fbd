"""What decides the weights of the embedded encoder, together with the pairs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainSettings:
    """Settings of a training.

    Attributes:
        dim: numbers in a vector.
        vocabulary: word pieces of the tokenizer.
        chunk: pairs that are alike and stand in a batch together; each is a hard negative of the others.
        chunks: chunks in a batch; a query has ``chunk * chunks - 1`` negatives.
        late_chunks: chunks of a batch that are trained by late interaction as well.
        epochs: passes over the pairs, fractions allowed.
        rate: peak learning rate of Adam, after a warm-up over a tenth of the steps, then linear to zero.
        temperature: cosines are divided by it before the softmax.
        overlap_dropout: share of passages that lose the words of their query, so that meaning must do without them.
        encyclopaedia_share: share of the Wikipedia pairs that is kept.
        question_repeats: times that a pair whose query is a real question is seen in an epoch.
        asked_repeats: the same for the project's own questions.
        query_pieces, passage_pieces: word pieces read of each side.
        window: words within which two count as standing together, for the vectors to start from.
        seed: seed of sampling, order and starting weights.
        allow_truncated: train on what a broken-off pair file holds, rather than refuse it.
    """

    dim: int = 320
    vocabulary: int = 46_000
    chunk: int = 128
    chunks: int = 8
    late_chunks: int = 3
    epochs: float = 1.8
    rate: float = 3e-3
    temperature: float = 0.05
    overlap_dropout: float = 0.3
    encyclopaedia_share: float = 1.0
    question_repeats: int = 4
    asked_repeats: int = 5
    query_pieces: int = 40
    passage_pieces: int = 160
    window: int = 5
    seed: int = 7
    allow_truncated: bool = False

    @property
    def batch(self) -> int:
        """Pairs in a step."""
        return self.chunk * self.chunks
