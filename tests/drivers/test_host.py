"""DeviceHost: debounce, back-off, commands, watches, and nothing that gets out of its thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from structlog.testing import capture_logs

from drivers.backoff import Backoff
from drivers.device import Blocked, Fault, Missing, Ready, Status, Unknown, Warning
from drivers.host import DeviceEvent, DeviceHost, StatusChanged
from tests.drivers.listening import LIMIT_S, Listener

Answer = Status | Fault | Exception


class Lamp:
    """A driver whose next answers a test writes down; the last one is repeated."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Ready()]
        self.opens: list[Exception] = []
        self.opened = 0
        self.closed = 0
        self.asked = threading.Semaphore(0)
        self.threads: set[str] = set()

    def open(self) -> None:
        if self.opens:
            raise self.opens.pop(0)
        self.opened += 1

    def close(self) -> None:
        self.closed += 1

    def status(self) -> Status:
        self.threads.add(threading.current_thread().name)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.asked.release()
        if isinstance(answer, Exception):
            raise answer
        return answer


Make = Callable[..., DeviceHost[Lamp]]


@pytest.fixture
def lamp() -> Lamp:
    return Lamp()


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture
def host(lamp: Lamp, heard: Listener) -> Iterator[DeviceHost[Lamp]]:
    quick = Backoff(0.01, 0.02)
    made: DeviceHost[Lamp] = DeviceHost("lamp", lambda: lamp, heard, poll_s=0.01, backoff=quick, recheck_s=0.01)
    yield made
    assert made.stop()


def wait_for_polls(lamp: Lamp, count: int) -> None:
    for _ in range(count):
        assert lamp.asked.acquire(timeout=LIMIT_S)


def test_a_device_that_answers_is_ready(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    assert isinstance(host.status, Unknown)
    host.start()
    assert heard.status(Ready).status == Ready()
    assert lamp.threads == {"device-lamp"}


def test_one_miss_is_not_a_loss(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    lamp.answers = [Ready(), Fault("lamp.silent"), Fault("lamp.silent"), Ready()]
    host.start()
    wait_for_polls(lamp, 6)
    assert heard.statuses() == [Ready()]


def test_three_misses_are_a_loss_and_it_comes_back(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    lamp.answers = [Ready(), *[Fault("lamp.silent")] * 3, Ready()]
    with capture_logs() as logs:
        host.start()
        heard.status(Missing)
        heard.wait_for(lambda _: heard.statuses()[-1] == Ready() and len(heard.statuses()) == 3)
        assert host.stop()
    assert [line["event"] for line in logs if line["event"] in ("device_lost", "device_back")] == [
        "device_back",  # the first time it answers
        "device_lost",
        "device_back",
    ]


def test_answers_that_nobody_can_read_are_debounced_too(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    lamp.answers = [Ready(), Unknown("lamp.garbled"), Ready(), *[Unknown("lamp.garbled")] * 3, Ready()]
    host.start()
    wait_for_polls(lamp, 8)
    assert heard.statuses()[:3] == [Ready(), Unknown("lamp.garbled"), Ready()]
    heard.fault("lamp.garbled")


def test_blocked_and_warning_are_told_at_once(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    lamp.answers = [Ready(), Warning("lamp.dim"), Blocked("lamp.broken"), Ready()]
    host.start()
    wait_for_polls(lamp, 5)
    assert heard.statuses() == [Ready(), Warning("lamp.dim"), Blocked("lamp.broken"), Ready()]


def test_a_lasting_fault_is_told_once(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    lamp.answers = [Fault("lamp.silent")]
    host.start()
    wait_for_polls(lamp, 5)
    assert heard.codes() == ["lamp.silent"]
    assert heard.statuses() == [Missing()]
    assert lamp.closed >= 4  # dropped on every failure


def test_a_command_runs_on_the_devices_thread(host: DeviceHost[Lamp]) -> None:
    host.start()
    future = host.submit("session-1", lambda _: threading.current_thread().name)
    assert future.result(LIMIT_S) == "device-lamp"
    assert future.session_id == "session-1"


def test_a_command_for_a_missing_device_fails_with_its_name(
    host: DeviceHost[Lamp], heard: Listener, lamp: Lamp
) -> None:
    lamp.opens = [Fault("lamp.not_found") for _ in range(10_000)]
    host.start()
    heard.status(Missing)
    with pytest.raises(Fault) as refusal:
        host.submit("s", lambda lamp: lamp.status()).result(LIMIT_S)
    assert refusal.value.code in ("lamp.missing", "lamp.not_found")
    lamp.opens.clear()
    heard.status(Ready)


def test_what_a_driver_did_not_foresee_is_a_fault_and_is_logged_without_values(
    host: DeviceHost[Lamp], heard: Listener, lamp: Lamp
) -> None:
    def clumsy(_: Lamp) -> None:
        secret = "510107188704170022"
        raise KeyError(secret)

    with capture_logs() as logs:
        host.start()
        with pytest.raises(Fault, match=r"lamp\.driver_failed"):
            host.submit("s", clumsy).result(LIMIT_S)
        assert host.submit("s", lambda _: 7).result(LIMIT_S) == 7
    heard.fault("lamp.driver_failed")
    evidence = next(line for line in logs if line["event"] == "driver_failed")
    assert any("clumsy" in frame for frame in evidence["frames"])
    assert "510107188704170022" not in repr(logs) + repr(heard.events)
    assert lamp.opened >= 2  # the driver was made anew


def test_a_fault_of_a_command_is_given_to_both(host: DeviceHost[Lamp], heard: Listener) -> None:
    def refuse(_: Lamp) -> None:
        raise Fault("lamp.broken", "glass")

    host.start()
    with pytest.raises(Fault, match=r"lamp\.broken: glass"):
        host.submit("s", refuse).result(LIMIT_S)
    assert heard.fault("lamp.broken").detail == "glass"


def test_a_watch_repeats_between_commands_until_it_is_ended(host: DeviceHost[Lamp]) -> None:
    steps = threading.Semaphore(0)
    host.start()
    host.watch("s", lambda _: steps.release(), 0.001)
    for _ in range(5):
        assert steps.acquire(timeout=LIMIT_S)
    assert host.submit("s", lambda _: "between").result(LIMIT_S) == "between"
    host.unwatch()
    host.submit("s", lambda _: None).result(LIMIT_S)
    while steps.acquire(blocking=False):
        pass
    host.submit("s", lambda _: None).result(LIMIT_S)
    assert not steps.acquire(blocking=False)


def test_a_watch_that_fails_goes_on_and_is_told_once(host: DeviceHost[Lamp], heard: Listener) -> None:
    tries = threading.Semaphore(0)

    def step(_: Lamp) -> None:
        tries.release()
        raise Fault("lamp.flicker")

    host.start()
    host.watch("s", step, 0.001)
    for _ in range(20):
        assert tries.acquire(timeout=LIMIT_S)
    assert heard.codes() == ["lamp.flicker"]


def test_the_end_of_a_session_fails_its_waiting_commands(host: DeviceHost[Lamp]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Lamp) -> None:
        begun.set()
        go_on.wait(LIMIT_S)

    host.start()
    running = host.submit("old", slow)
    assert begun.wait(LIMIT_S)
    waiting, other = host.submit("old", lambda _: 1), host.submit("new", lambda _: 2)
    host.forget("old")
    go_on.set()
    with pytest.raises(Fault, match=r"lamp\.ended"):
        waiting.result(LIMIT_S)
    assert other.result(LIMIT_S) == 2
    assert running.result(LIMIT_S) is None


def test_commands_after_the_stop_fail_with_stopped(host: DeviceHost[Lamp]) -> None:
    host.start()
    assert host.stop()
    with pytest.raises(Fault, match=r"lamp\.stopped"):
        host.submit("s", lambda _: 1).result(0)


def test_a_stuck_driver_does_not_hold_the_stop(host: DeviceHost[Lamp]) -> None:
    stuck, free = threading.Event(), threading.Event()

    def hang(_: Lamp) -> None:
        stuck.set()
        free.wait(LIMIT_S)

    host.start()
    host.submit("s", hang)
    assert stuck.wait(LIMIT_S)
    assert host.stop(timeout=0.01) is False
    free.set()


def test_a_listener_that_fails_does_not_end_the_thread(lamp: Lamp) -> None:
    def deaf(_: DeviceEvent) -> None:
        raise RuntimeError("not listening")

    host: DeviceHost[Lamp] = DeviceHost("lamp", lambda: lamp, deaf, poll_s=0.01)
    host.start()
    assert host.submit("s", lambda _: 3).result(LIMIT_S) == 3
    assert host.stop()


def test_many_starts_and_stops_leave_no_thread(lamp: Lamp, heard: Listener) -> None:
    before = threading.active_count()
    for _ in range(50):
        host: DeviceHost[Lamp] = DeviceHost("lamp", lambda: lamp, heard)
        host.start()
        host.start()
        assert host.stop()
        host.start()
        assert host.stop()
    assert threading.active_count() == before


def test_polls_follow_the_injected_clock(lamp: Lamp, heard: Listener) -> None:
    now = [0.0]
    host: DeviceHost[Lamp] = DeviceHost("lamp", lambda: lamp, heard, poll_s=1000.0, clock=lambda: now[0])
    host.start()
    wait_for_polls(lamp, 1)
    host.submit("s", lambda _: None).result(LIMIT_S)
    assert not lamp.asked.acquire(blocking=False)
    now[0] = 1000.0
    host.wake()
    wait_for_polls(lamp, 1)
    assert host.stop()


def test_back_off_doubles_from_one_second_to_a_minute() -> None:
    plain = Backoff(chance=lambda: 0.5)
    assert [plain.next_s() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [plain.next_s() for _ in range(2000)][-1] == 60
    plain.reset()
    assert plain.next_s() == 1
    jittered = Backoff()
    assert all(0.8 <= step <= 60 for step in (jittered.next_s() for _ in range(100)))


def test_a_status_is_published_only_when_it_changes(host: DeviceHost[Lamp], heard: Listener, lamp: Lamp) -> None:
    host.start()
    wait_for_polls(lamp, 5)
    assert heard.events == [StatusChanged("lamp", Ready())]
