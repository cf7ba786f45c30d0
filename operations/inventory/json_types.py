"""The JSON type of what a Python annotation allows: what a configuration file may hold there."""

import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Iterable, Mapping, Sequence, Set

from pydantic import BaseModel

Type = str | None
"""A JSON type's name; "" where several or any may stand; None where nothing is known, so that others may say it."""

MIXED = ""


def type_of(annotation: object) -> Type:
    """What an annotation allows, apart from null."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is inspect.Parameter.empty or annotation is types.NoneType or annotation is None:
        return None
    if origin is typing.Annotated or (origin and getattr(origin, "__name__", "") in {"Required", "NotRequired", "ReadOnly"}):
        return type_of(arguments[0])
    if hasattr(annotation, "__value__"):
        return type_of(annotation.__value__)
    if origin in (typing.Union, types.UnionType):
        return merged(type_of(one) for one in arguments)
    if origin is typing.Literal:
        return merged(type_of_value(one) for one in arguments)
    return type_of_class(origin or annotation)


def type_of_class(cls: object) -> Type:
    if typing.is_typeddict(cls):
        return "object"
    if not isinstance(cls, type):
        return MIXED
    if issubclass(cls, enum.Enum):
        return merged(type_of_value(one.value) for one in cls)
    if issubclass(cls, bool):
        return "boolean"
    if issubclass(cls, int):
        return "integer"
    if issubclass(cls, float):
        return "number"
    if issubclass(cls, str):
        return "string"
    if issubclass(cls, Mapping | BaseModel) or dataclasses.is_dataclass(cls):
        return "object"
    return "array" if issubclass(cls, Sequence | Set) else MIXED


def type_of_value(value: object) -> Type:
    return None if value is None else type_of_class(type(value))


def merged(all_types: Iterable[Type]) -> Type:
    """What several say together: a type if none says another."""
    known = {one for one in all_types if one is not None}
    if known == {"integer", "number"}:
        return "number"
    if len(known) > 1:
        return MIXED
    return next(iter(known), None)


def loosely(one: Type) -> Type:
    """A type that nobody checks: people write numbers of any kind for "integer"."""
    return "number" if one == "integer" else one
