"""Records to JSON values and back, by their type annotations: one codec for every frozen dataclass.

A record becomes the list of its fields' values; the names of the fields stand once per class beside the data, so that
a file written by an older version still opens: a field that it lacks takes its default, one that is gone is skipped.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any, Union, get_args, get_origin, get_type_hints

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

Special = Mapping[str, tuple[type, ...]]
"""Classes that may stand where an annotation names a union, by the name they are written with."""


class CodecError(ValueError):
    """Data that does not fit the records: what was found, and where."""


class Encoder:
    """Turns records into JSON values; `classes` holds the field names of every class met."""

    def __init__(self) -> None:
        self.classes: dict[str, list[str]] = {}
        self._names: dict[type, tuple[str, ...]] = {}

    def encode(self, value: object) -> Json:
        """Return a value as JSON can hold it. Raises CodecError for what no annotation describes."""
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, Enum):
            return self.encode(value.value)
        if isinstance(value, str):
            return value
        if isinstance(value, (datetime, date)):
            return value.isoformat()
        if isinstance(value, Mapping):
            return [[self.encode(k), self.encode(v)] for k, v in value.items()]
        if isinstance(value, (frozenset, set)):
            return [self.encode(v) for v in sorted(value)]
        if isinstance(value, (tuple, list)):
            return [self.encode(v) for v in value]
        if is_dataclass(value):
            return self._record(value)
        raise CodecError(f"a {type(value).__name__} cannot be written")

    def _record(self, value: object) -> Json:
        cls = type(value)
        names = self._names.get(cls)
        if names is None:
            names = tuple(f.name for f in fields(cls) if not f.name.startswith("_"))  # type: ignore[arg-type]
            self._names[cls] = names
            self.classes[cls.__name__] = list(names)
        return {cls.__name__: [self.encode(getattr(value, name)) for name in names]}


class Decoder:
    """Builds records from JSON values, given the field names that were written."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._classes = classes
        self._made: dict[Any, Callable[[Any], Any]] = {}

    def decode(self, annotation: Any, value: Json) -> Any:
        """Return the value that an annotation describes. Raises CodecError where the data does not fit."""
        try:
            return self._for(annotation)(value)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise CodecError(f"unexpected data for {annotation}: {error}") from error

    def _for(self, annotation: Any) -> Callable[[Any], Any]:
        made = self._made.get(annotation)
        if made is None:
            made = self._made[annotation] = self._make(annotation)
        return made

    def _make(self, annotation: Any) -> Callable[[Any], Any]:
        origin, args = get_origin(annotation), get_args(annotation)
        if origin in (Union, types.UnionType):
            return self._union(args)
        if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
            each = self._for(args[0])
            return lambda value: tuple(map(each, value))
        if origin is tuple:
            parts = [self._for(a) for a in args]
            return lambda value: tuple(part(v) for part, v in zip(parts, value, strict=True))
        if origin is frozenset:
            each = self._for(args[0])
            return lambda value: frozenset(map(each, value))
        if isinstance(origin, type) and issubclass(origin, Mapping):
            key, item = map(self._for, args)
            return lambda value: {key(k): item(v) for k, v in value}
        if origin is not None:
            return lambda value: value
        if annotation in (datetime, date):
            return lambda value: annotation.fromisoformat(value)
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return annotation
        if isinstance(annotation, type) and is_dataclass(annotation):
            return partial(self._record, annotation)
        if annotation is float:
            return float
        return lambda value: value

    def _union(self, args: tuple[Any, ...]) -> Callable[[Any], Any]:
        """Records say their class; everything else in a union is told by being None or not."""
        records = {a.__name__: self._for(a) for a in args if isinstance(a, type) and is_dataclass(a)}
        plain = [self._for(a) for a in args if a is not type(None) and not is_dataclass(a)]
        other = plain[0] if plain else None

        def build(value: Any) -> Any:
            if value is None:
                return None
            if isinstance(value, dict):
                (name,) = value
                if name in records:
                    return records[name](value)
                return self._descendant(args, name)(value)
            if other is None:
                raise CodecError(f"{value!r} is none of {args}")
            return other(value)

        return build

    def _descendant(self, args: tuple[Any, ...], name: str) -> Callable[[Any], Any]:
        """Return the decoder of a subclass of one of a union's records."""
        for base in args:
            if is_dataclass(base):
                # A slotted dataclass is a second class made from the first, which stays in the list for a while.
                for cls in reversed(base.__subclasses__()):  # type: ignore[union-attr]
                    if cls.__name__ == name:
                        return self._for(cls)
        raise CodecError(f"an unknown record: {name}")

    def _record(self, cls: type, value: Any) -> Any:
        ((name, values),) = value.items()
        if name != cls.__name__:
            return self._descendant((cls,), name)(value)
        given = dict(zip(self._classes[name], values, strict=True))
        return self._builder(cls)(given)

    def _builder(self, cls: type) -> Callable[[dict[str, Any]], Any]:
        key = ("builder", cls)
        made = self._made.get(key)
        if made is None:
            hints = get_type_hints(cls)
            wanted = [
                (f.name, self._for(hints[f.name]), f.default is MISSING and f.default_factory is MISSING)
                for f in fields(cls)
                if not f.name.startswith("_")
            ]

            def build(given: dict[str, Any]) -> Any:
                found = {}
                for name, decode, required in wanted:
                    if name in given:
                        found[name] = decode(given[name])
                    elif required:
                        raise CodecError(f"{cls.__name__} lacks {name}")
                return cls(**found)

            made = self._made[key] = build
        return made
