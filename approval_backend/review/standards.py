"""Applying written review standards in CEL to the facts of an application."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import celpy
from celpy import celtypes
from celpy.adapter import json_to_cel
from celpy.celparser import CELParseError
from celpy.evaluation import CELEvalError

from approval_backend.catalogue.model import Standard
from wire.messages import DecisionOutcome, StandardOutcome, StandardResult
from wire.text import Bilingual

UNSURE = Bilingual(
    zh="机器无法判断这一条，将由工作人员审核", en="The machine cannot tell for this one; a person will look at it"
)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\.([a-z_]+)\}")


class StandardError(ValueError):
    """An expression that CEL cannot read: ``code`` of the standard, ``key`` (cel or ask_person_when), ``reason``."""

    def __init__(self, code: str, key: str, reason: str) -> None:
        super().__init__(f"{code}.{key}: {reason}")
        self.code, self.key, self.reason = code, key, reason


@cache
def _program(source: str) -> celpy.Runner:
    """Compiling takes a millisecond and many services share their standards. Raises CELParseError."""
    environment = celpy.Environment()
    return environment.program(environment.compile(source))


class Expression:
    """One CEL expression, compiled once. ``holds`` is None when CEL reports an error or gives no truth value."""

    def __init__(self, code: str, key: str, source: str) -> None:
        try:
            self._program = _program(source)
        except CELParseError as error:
            raise StandardError(code, key, f"line {error.line}, column {error.column}: not CEL") from error

    def holds(self, facts: dict[str, Any]) -> bool | None:
        # The text of a CEL error quotes the values it met, a resident's among them: it is dropped, not logged.
        try:
            result = self._program.evaluate(facts)
        except CELEvalError:
            return None
        return bool(result) if isinstance(result, celtypes.BoolType | bool) else None


class ReviewStandards:
    """The standards of one service. Raises StandardError for an expression that is not CEL."""

    def __init__(self, standards: tuple[Standard, ...]) -> None:
        self._compiled = [
            (
                standard,
                Expression(standard.code, "cel", standard.cel),
                Expression(standard.code, "ask_person_when", standard.ask_person_when)
                if standard.ask_person_when
                else None,
            )
            for standard in standards
        ]

    def apply(self, context: dict[str, Any]) -> tuple[StandardResult, ...]:
        """Each standard's result, in the order of the file. ``context`` as review/context.py builds it."""
        facts = {name: json_to_cel(value) for name, value in context.items()}
        return tuple(self._result(*compiled, facts, context) for compiled in self._compiled)

    @staticmethod
    def _result(
        standard: Standard, rule: Expression, ask: Expression | None, facts: dict[str, Any], context: dict[str, Any]
    ) -> StandardResult:
        asks = ask.holds(facts) if ask else False
        holds = rule.holds(facts) if asks is False else None
        if holds is None:
            outcome, sentence = StandardOutcome.UNDECIDED, (standard.ask_person if asks else None) or UNSURE
        elif holds:
            outcome, sentence = StandardOutcome.MET, standard.met
        else:
            outcome, sentence = StandardOutcome.NOT_MET, standard.not_met
        return StandardResult(
            code=standard.code,
            kind=standard.kind,
            title=standard.title,
            legal_basis=standard.legal_basis,
            outcome=outcome,
            explanation=_filled(sentence, context),
        )


def outcome_of(results: tuple[StandardResult, ...]) -> DecisionOutcome:
    """Granted only if every standard is met; refused only if nothing is undecided; else a person decides."""
    outcomes = {result.outcome for result in results}
    if outcomes == {StandardOutcome.MET}:
        return DecisionOutcome.GRANTED
    if not outcomes or StandardOutcome.UNDECIDED in outcomes:
        return DecisionOutcome.HUMAN
    return DecisionOutcome.REFUSED


def _filled(sentence: Bilingual, context: dict[str, Any]) -> Bilingual:
    def fact(match: re.Match[str]) -> str:
        value = context.get(match[1], {}).get(match[2], "")
        return "、".join(map(str, value)) if isinstance(value, list) else str(value)

    return Bilingual(zh=_PLACEHOLDER.sub(fact, sentence.zh), en=_PLACEHOLDER.sub(fact, sentence.en))
