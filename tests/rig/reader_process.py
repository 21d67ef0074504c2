"""``python -m tests.rig.reader_process [KIND]``: a card reader with a card on it, in a process; prints its tty."""

from __future__ import annotations

import sys
import time

from drivers.id_card.cards import card_for
from drivers.id_card.simulator import IdCardSimulator
from tests.drivers.id_card.conftest import PEOPLE, some_face

reader = IdCardSimulator()
card = card_for(PEOPLE["holder"], some_face(), "holder")
reader.put(card)
if len(sys.argv) > 1:
    reader.misbehave(sys.argv[1])
sys.stdout.write(reader.port + "\n")
sys.stdout.flush()
while sys.stdin.readline():  # until the test lets go
    reader.take()
    time.sleep(0)
    reader.put(card)
