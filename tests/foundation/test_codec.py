"""Records that go to JSON and come back are the same records."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from pgplumb.foundation.codec import CodecError, Decoder, Encoder


@dataclass(frozen=True, slots=True)
class Reason:
    text: str


@dataclass(frozen=True, slots=True)
class LongReason(Reason):
    step: str = ""


def back(annotation: object, value: object) -> object:
    encoder = Encoder()
    written = json.loads(json.dumps(encoder.encode(value)))
    return Decoder(json.loads(json.dumps(encoder.classes))).decode(annotation, written)


def test_a_slotted_descendant_comes_back_as_the_class_that_it_was() -> None:
    found = back(int | Reason, LongReason("a", "b"))
    assert type(found) is LongReason
    assert found == LongReason("a", "b")


def test_a_record_of_no_known_class_is_refused() -> None:
    encoder = Encoder()
    written = encoder.encode(Reason("a"))
    with pytest.raises(CodecError):
        Decoder(encoder.classes).decode(int | LongReason, written)
