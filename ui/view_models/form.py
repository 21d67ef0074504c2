"""What the form's pages and "check your answers" show."""

from __future__ import annotations

from typing import Any

from kiosk_app.session.model import FormField, FormPage, Session


def project(session: Session) -> dict[str, Any]:
    """Keys: key, title, page, pages, fields, values, errors, errorList, editing, sections.

    ``values`` is apart from ``fields``, so that typing does not rebuild the widgets that are typed into.
    """
    form, locale = session.form, session.locale
    page = form.pages[form.page] if 0 <= form.page < len(form.pages) else None
    labels = {field.name: field.label.pick(locale) for any_page in form.pages for field in any_page.fields}
    return {
        "key": page.key if page else "",
        "title": page.title.pick(locale) if page else "",
        "page": form.page,
        "pages": len(form.pages),
        "fields": [_field(field, locale) for field in page.fields] if page else [],
        "values": dict(form.values),
        "errors": {error.field: error.message.pick(locale) for error in form.errors},
        "errorList": [
            {"field": error.field, "label": labels.get(error.field, ""), "message": error.message.pick(locale)}
            for error in form.errors
        ],
        "editing": form.editing,
        "sections": [_section(each, index, session) for index, each in enumerate(form.pages)],
    }


def _field(field: FormField, locale: str) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind,
        "label": field.label.pick(locale),
        "hint": field.hint.pick(locale) if field.hint else "",
        "unit": field.unit.pick(locale) if field.unit else "",
        "required": field.required,
        "maxLength": field.max_length,
        "keyboard": field.keyboard,
        "choices": [{"value": choice.value, "label": choice.label.pick(locale)} for choice in field.choices],
    }


def _section(page: FormPage, index: int, session: Session) -> dict[str, Any]:
    locale = session.locale
    return {
        "key": page.key,
        "index": index,
        "title": page.title.pick(locale),
        # A page that only repeats the card has nothing to change.
        "editable": any(field.kind != "fixed" for field in page.fields),
        "answers": [
            {"label": field.label.pick(locale), "answer": answer(field, session.form.values.get(field.name), locale)}
            for field in page.fields
        ],
    }


def answer(field: FormField, value: Any, locale: str) -> str:
    """One answer as a resident reads it back: labels of choices, a number with its unit; empty where none was given."""
    if value is None or value == "" or value == []:
        return ""
    labels = {choice.value: choice.label.pick(locale) for choice in field.choices}
    if isinstance(value, list | tuple):
        separator = "、" if locale.startswith("zh") else ", "
        return separator.join(labels.get(str(item), str(item)) for item in value)
    text = labels.get(str(value), f"{value:g}" if isinstance(value, float) else str(value))
    return f"{text} {field.unit.pick(locale)}" if field.unit else text
