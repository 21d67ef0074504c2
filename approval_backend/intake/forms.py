"""Is a form as its schema asks? Told by place and by the form's own sentence, never by the value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator


@dataclass(frozen=True)
class FormProblem:
    """``where``: a JSON pointer; ``rule``: the schema keyword that failed; ``zh``/``en``: what a resident reads."""

    where: str
    rule: str
    zh: str
    en: str


def form_problems(schema: dict[str, Any], form: dict[str, Any]) -> list[FormProblem]:
    """Everything that is wrong with ``form``, in the schema's order; empty when it is right."""
    problems = []
    for error in Draft202012Validator(schema).iter_errors(form):
        path = [str(part) for part in error.absolute_path]
        if error.validator == "required" and not path:
            missing = [name for name in error.validator_value if name not in form]
            path = [next((name for name in missing if f"'{name}'" in error.message), missing[0])]
        field = schema.get("properties", {}).get(path[0], {}) if path else {}
        sentence = field.get("x-error", {"zh": "表单填写有误", "en": "The form is not filled in as asked"})
        problems.append(
            FormProblem("/" + "/".join(path), str(error.validator), str(sentence["zh"]), str(sentence["en"]))
        )
    return problems
