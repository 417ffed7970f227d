"""What SARIF 2.1.0 requires of the parts that we write, as models that refuse anything else.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
"""
# ruff: noqa: N815 - these are the standard's own names

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Level = Literal["none", "note", "warning", "error"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Part):
    text: Text


class Configuration(Part):
    level: Level


class Descriptor(Part):
    id: Text
    shortDescription: Message
    fullDescription: Message | None = None
    help: Message | None = None
    helpUri: Annotated[AnyUrl, Field(strict=False)] | None = None
    defaultConfiguration: Configuration
    properties: dict[str, Any] = {}


class Driver(Part):
    name: Text
    version: Text
    rules: list[Descriptor]

    @model_validator(mode="after")
    def _rules_are_unique(self) -> Self:
        assert len({rule.id for rule in self.rules}) == len(self.rules)
        return self


class Tool(Part):
    driver: Driver


class Artifact(Part):
    uri: Text


class Region(Part):
    startLine: Annotated[int, Field(ge=1)]


class Physical(Part):
    artifactLocation: Artifact
    region: Region | None = None


class Logical(Part):
    name: Text
    fullyQualifiedName: Text
    kind: Text


class Location(Part):
    physicalLocation: Physical | None = None
    logicalLocations: list[Logical] = []


class Suppression(Part):
    kind: Literal["inSource", "external"]
    status: Literal["accepted", "underReview", "rejected"] | None = None
    justification: Text | None = None


class Result(Part):
    ruleId: Text
    ruleIndex: Annotated[int, Field(ge=0)]
    level: Level
    message: Message
    locations: list[Location]
    partialFingerprints: dict[str, str] = {}
    baselineState: Literal["new", "unchanged", "updated", "absent"] | None = None
    suppressions: list[Suppression] = []
    properties: dict[str, Any] = {}


class RuleReference(Part):
    id: Text


class Notification(Part):
    level: Level
    message: Message
    locations: list[Location] = []
    associatedRule: RuleReference | None = None


class Invocation(Part):
    executionSuccessful: bool
    toolExecutionNotifications: list[Notification] = []


class Run(Part):
    tool: Tool
    columnKind: Literal["utf16CodeUnits", "unicodeCodePoints"]
    invocations: list[Invocation]
    results: list[Result]
    properties: dict[str, Any] = {}

    @model_validator(mode="after")
    def _indexes_point_at_their_rule(self) -> Self:
        rules = self.tool.driver.rules
        assert all(rules[result.ruleIndex].id == result.ruleId for result in self.results)
        return self


class Sarif(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    schema_: Annotated[AnyUrl, Field(alias="$schema", strict=False)]
    version: Literal["2.1.0"]
    runs: Annotated[list[Run], Field(min_length=1)]
