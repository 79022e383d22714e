import signal
import threading
import time

import pytest

from registry.deadline import within_limit
from registry.home import Home, StoreError


@pytest.fixture
def home(tmp_path):
    """A home whose server may take a fifth of a second."""
    return Home(tmp_path, "https://ann:secret@mlflow.example", 0.2)


def test_what_takes_too_long_is_broken_off_by_name_and_without_the_password(home):
    start = time.monotonic()
    said = r"mlflow\.example took longer than 0\.2 seconds.*NOTEBID_STORE_SECONDS"
    with pytest.raises(StoreError, match=said) as late, within_limit(home):
        time.sleep(20)
    assert time.monotonic() - start < 5
    assert "secret" not in str(late.value)


def test_code_that_catches_every_exception_and_tries_again_is_broken_off_too(home):
    def stubborn():
        while True:
            try:
                time.sleep(20)
            except Exception:
                continue

    with pytest.raises(StoreError), within_limit(home):
        stubborn()


def test_nothing_rings_afterwards_and_the_handler_is_as_before(home):
    before = signal.getsignal(signal.SIGALRM)
    with within_limit(home):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_inner_limit_does_not_begin_anew(home):
    def again_and_again():
        while True:
            with within_limit(home):
                time.sleep(0.01)

    with pytest.raises(StoreError), within_limit(home):
        again_and_again()


def test_the_homes_own_store_and_other_threads_have_no_limit(home, tmp_path):
    with within_limit(Home(tmp_path, "", 0.01)):
        time.sleep(0.05)
    ended = []

    def work():
        with within_limit(home):
            time.sleep(0.3)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [True]
