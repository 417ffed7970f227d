"""The target's schema as statements, and building it in a twin."""

from pgplumb.twin.schema.build import build_schema
from pgplumb.twin.schema.dump import from_dump
from pgplumb.twin.schema.read import read_schema
from pgplumb.twin.schema.text import BuildReport, SchemaText, Step

__all__ = ["BuildReport", "SchemaText", "Step", "build_schema", "from_dump", "read_schema"]
