import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from notes import BusyError, UsageError
from registry.home import Home
from registry.lock import hold

HOLDER = """
import sys, time
from pathlib import Path
from registry.home import Home
from registry.lock import hold
with hold(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def holder(home):
    """Another process that holds the lock."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(home.root)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_is_told_who_is_at_work(home, holder):
    with pytest.raises(BusyError, match=f"process {holder.pid} on {socket.gethostname()}") as busy, hold(home, 0.1):
        pass
    assert busy.value.exit_code == 7


def test_a_killed_holder_leaves_no_lock_behind(home, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with hold(home, 5.0):
        assert str(os.getpid()) in home.lock.read_text()


def test_a_waiter_gets_the_lock_when_it_is_let_go(home):
    inside, order = threading.Event(), []

    def first():
        with hold(home):
            inside.set()
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with hold(home, 30.0):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_the_holder_may_take_its_lock_again(home):
    with hold(home, 0.0):
        with hold(home, 0.0):
            pass
        with pytest.raises(BusyError):
            take_in_another_thread(home)
    with hold(home, 0.0):
        pass


def test_an_error_inside_lets_the_lock_go(home):
    with pytest.raises(RuntimeError), hold(home):
        raise RuntimeError
    take_in_another_thread(home)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_is_wrong_use(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="Set NOTEBID_HOME"), hold(Home(tmp_path / "home")):
        pass


def take_in_another_thread(home):
    """Another thread is another holder; what it raises is raised here."""

    def take():
        with hold(home, 0.0):
            pass

    with ThreadPoolExecutor(1) as pool:
        pool.submit(take).result()
