"""Loaders for values that strict decoding refuses; slower, so used only where one was met."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from psycopg import DataError
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.pq import Format
from psycopg.types.datetime import DateBinaryLoader, TimestampBinaryLoader, TimestamptzBinaryLoader


class TextLoader(Loader):
    """Text of any encoding: what is not UTF-8 becomes U+FFFD."""

    def load(self, data: Buffer) -> str:
        """Return the text."""
        return bytes(data).decode("utf-8", "replace")


class TextBinaryLoader(TextLoader):
    """The same for binary results, where text looks the same."""

    format = Format.BINARY


class _Times(Loader):
    """A time that Python's calendar lacks becomes its last or first one."""

    format = Format.BINARY
    strict: type[Loader]
    last: date
    first: date

    def load(self, data: Buffer) -> date:
        """Return the time."""
        try:
            value: date = self.strict(self.oid).load(data)
        except DataError:
            # The binary form is a signed number that counts from the year 2000.
            return self.first if bytes(data)[0] & 0x80 else self.last
        return value


class TimestamptzLoader(_Times):
    """timestamp with time zone, in UTC."""

    strict = TimestamptzBinaryLoader
    last = datetime.max.replace(tzinfo=UTC)
    first = datetime.min.replace(tzinfo=UTC)


class TimestampLoader(_Times):
    """timestamp without time zone."""

    strict = TimestampBinaryLoader
    last = datetime.max
    first = datetime.min


class DateLoader(_Times):
    """date."""

    strict = DateBinaryLoader
    last = date.max
    first = date.min


def register(adapters: AdaptersMap, texts: Iterable[int]) -> None:
    """Put the forgiving loaders in the place of the strict ones; `texts` are the oids of text types."""
    for oid in texts:
        adapters.register_loader(oid, TextLoader)
        adapters.register_loader(oid, TextBinaryLoader)
    adapters.register_loader("timestamptz", TimestamptzLoader)
    adapters.register_loader("timestamp", TimestampLoader)
    adapters.register_loader("date", DateLoader)
