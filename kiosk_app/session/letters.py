"""A card holder's applications that the office has not taken in: on their way, or refused. Nobody finds out late."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk_app.catalogue.services import Catalogue
from kiosk_app.session.model import LetterView
from kiosk_app.session.refusal_words import words_for
from offline_cache.items import Item
from offline_cache.outbox import Outbox
from wire.follow_up import local_number
from wire.messages import EnvelopeKind
from wire.text import Bilingual

ON_ITS_WAY = Bilingual(
    zh="保存在本机，网络恢复后自动送出，您不需要做什么。",
    en="It is kept here and goes by itself once the network is back. There is nothing you need to do.",
)
MOST_SHOWN = 3  # a screen's worth; the newest ones


class LetterDesk:
    """Looks into the outbox when a card holder is known."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def of_holder(self, id_number: str, catalogue: Catalogue | None) -> tuple[LetterView, ...]:
        """The newest first, refused ones before those on their way. Raises StoreFailed."""
        return letters(self._outbox.waiting_of(id_number), catalogue)


def letters(items: Iterable[Item], catalogue: Catalogue | None) -> tuple[LetterView, ...]:
    """What the Home screen tells of them."""
    views = [_letter(item, catalogue) for item in items if item.kind is EnvelopeKind.APPLICATION]
    return tuple(sorted(views, key=lambda view: (view.why is None, -view.sealed_at.timestamp()))[:MOST_SHOWN])


def _letter(item: Item, catalogue: Catalogue | None) -> LetterView:
    code = str(item.envelope.sealed.body.get("service", "")) if item.envelope else ""
    service = catalogue.services.get(code) if catalogue else None
    words = words_for(item.problem) if item.problem else None
    return LetterView(
        number=local_number(item.id),
        sealed_at=item.sealed_at,
        service=service.name if service else None,
        why=words.why if words else None,
        next=words.next if words else ON_ITS_WAY,
    )
