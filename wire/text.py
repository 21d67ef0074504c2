"""Words that a person reads and that are data, not interface: a sentence in both languages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Bilingual(BaseModel):
    """One text in Chinese and English; ``pick`` chooses by locale ("zh_CN" or "en")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def pick(self, locale: str) -> str:
        return self.zh if locale.startswith("zh") else self.en
