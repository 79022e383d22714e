"""Where notebid keeps its things: one folder with the store, the bundles and the results."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from notes import UsageError

_SERVERS = ("http", "https", "databricks")
_DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
SECONDS_VARIABLE = "NOTEBID_STORE_SECONDS"
STORE_SECONDS = 300.0
_LONGEST_SECONDS = 86_400
_RESERVED = frozenset("?%")  # these mean something else in a database address


class StoreError(UsageError):
    """The model store that the settings name does not answer, or cannot be used as it is: exit 2."""


@dataclass(frozen=True)
class Home:
    """The folder that holds a user's store, artifacts and results.

    Parameters
    ----------
    root
        The folder; made absolute.  It need not exist yet.
    tracking_uri
        An MLflow tracking URI: a database (``sqlite:///...``, ``postgresql://...``) or a server (``https://...``).
        Empty: the SQLite file in ``root``.  The model registry is always that of the same store.
    store_seconds
        How long a store other than the home's own may take for one piece of work, such as logging a training.

    Raises
    ------
    UsageError
        The URI names a folder of files (``./mlruns``, ``file:``), which MLflow has given up, an SQLite store in memory,
        or a kind of store that notebid does not know; or the folder's name cannot stand in a database address.

    Examples
    --------
    >>> home = Home(Path("/srv/notes"))
    >>> home.tracking_uri
    'sqlite:////srv/notes/mlflow.db'
    >>> Home(Path("/srv/notes"), "./mlruns")
    Traceback (most recent call last):
    ...
    notes.errors.UsageError: MLFLOW_TRACKING_URI='./mlruns' is a folder of files, which MLflow no longer takes. ...
    """

    root: Path
    tracking_uri: str = ""
    store_seconds: float = STORE_SECONDS

    def __post_init__(self) -> None:
        root = Path(os.path.abspath(self.root))
        if root.exists() and not root.is_dir():
            raise UsageError(f"NOTEBID_HOME={str(self.root)!r} is a file. It must name a folder, existing or new.")
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "tracking_uri", _checked(self.tracking_uri.strip(), root))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Home:
        """Take the home from ``NOTEBID_HOME``, ``MLFLOW_TRACKING_URI`` and ``NOTEBID_STORE_SECONDS``.

        An empty variable counts as unset.

        Parameters
        ----------
        environment
            The variables; None means those of the process.

        Raises
        ------
        UsageError
            As for the class; or ``NOTEBID_HOME`` is unset and notebid does not run from a checkout; or the seconds are
            not a number above 0.
        """
        variables = os.environ if environment is None else environment
        given = variables.get("NOTEBID_HOME", "")
        root = user_path(given) if given else _checkout()
        return cls(root, variables.get("MLFLOW_TRACKING_URI", ""), _seconds(variables.get(SECONDS_VARIABLE, "")))

    @property
    def store(self) -> Path:
        """The home's own SQLite store, which is not in use when :attr:`tracking_uri` names another."""
        return self.root / "mlflow.db"

    @property
    def artifacts(self) -> Path:
        """Everything that training leaves on disk."""
        return self.root / "artifacts"

    @property
    def bundles(self) -> Path:
        """One folder a model bundle, named by its sha256."""
        return self.artifacts / "bundles"

    @property
    def training_exceptions(self) -> Path:
        """Rows of resolutions files that could not be learned from, a CSV a file."""
        return self.artifacts / "training_exceptions"

    @property
    def pending(self) -> Path:
        """One file a training that is not yet logged and registered to the end, named by the sha256 of its bundle."""
        return self.artifacts / "pending"

    @property
    def tuning(self) -> Path:
        """One file a search for settings, named by what it asked."""
        return self.artifacts / "tuning"

    @property
    def reports(self) -> Path:
        """One folder a training's report, named by the sha256 of its bundle (:mod:`registry.report_folders`)."""
        return self.artifacts / "reports"

    @property
    def mlflow_artifacts(self) -> Path:
        """Where MLflow puts the files of runs, when the store is a database."""
        return self.artifacts / "mlflow"

    @property
    def mappings(self) -> Path:
        """The folder of the sellers' mapping files."""
        return self.root / "mappings"

    @property
    def out(self) -> Path:
        """Where results go unless the user names another folder."""
        return self.root / "out"

    @property
    def lock(self) -> Path:
        """The one lock file of the home."""
        return self.root / ".notebid.lock"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the store in use when that is a plain SQLite one, else None."""
        path = self.tracking_uri.removeprefix("sqlite:///")
        return Path(path) if path != self.tracking_uri and not _RESERVED & set(path) else None

    @property
    def is_own_store(self) -> bool:
        """Whether the store in use is the home's own, which notebid may create and migrate."""
        return self.sqlite_file == self.store

    @property
    def store_mark(self) -> str:
        """A short name of the store in use that tells it from others and holds no address: ``own`` or twelve digits."""
        if self.is_own_store:
            return "own"
        return hashlib.sha256(without_password(self.tracking_uri).encode()).hexdigest()[:12]

    @property
    def is_server(self) -> bool:
        """Whether the store is behind a server, which then decides where artifacts go."""
        return _scheme(self.tracking_uri) in _SERVERS


def without_password(uri: str) -> str:
    """Leave the user and password out of an address, for messages and records.

    Examples
    --------
    >>> without_password("https://ann:secret@mlflow.example:5000/x")
    'https://mlflow.example:5000/x'
    """
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def user_path(text: str) -> Path:
    """Resolve a path as the user meant it: ``~`` is his home, and a relative one counts from where he stands.

    ``make -C`` runs elsewhere; the Makefile hands the user's folder down as ``NOTEBID_CWD``.

    Raises
    ------
    UsageError
        ``~somebody`` of whom the system knows no home.
    """
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{text!r}: there is no such home directory; write the path out") from error
    return Path(os.path.abspath(Path(os.environ.get("NOTEBID_CWD") or os.curdir, path)))


def _checkout() -> Path:
    root = Path(__file__).resolve().parent.parent
    if not (root / "pyproject.toml").is_file():
        raise UsageError(f"notebid runs from its checkout, and {root} is none. Set NOTEBID_HOME to the folder to use.")
    return root


def _seconds(text: str) -> float:
    try:
        seconds = float(text or STORE_SECONDS)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise UsageError(
            f"{SECONDS_VARIABLE}={text!r} must be a number of seconds above 0, at most {_LONGEST_SECONDS:,}"
        )
    return seconds


def _scheme(uri: str) -> str:
    # "databricks" is the one address without "://"; "postgresql+psycopg2" names the driver too.
    return "databricks" if uri == "databricks" else uri.partition("://")[0].partition("+")[0] if "://" in uri else ""


def _checked(uri: str, root: Path) -> str:
    own = f"sqlite:///{root / 'mlflow.db'}"
    if not uri:
        if _RESERVED & set(own):
            raise UsageError(
                f"{str(root)!r} has a ? or % in its name, which a database address cannot hold: rename it."
            )
        return own
    scheme, shown = _scheme(uri), without_password(uri)
    if scheme in ("", "file"):
        raise UsageError(
            f"MLFLOW_TRACKING_URI={shown!r} is a folder of files, which MLflow no longer takes. Unset it to use {own}; "
            "to keep old runs, first run: mlflow migrate-filestore --source <that folder> --target sqlite:///old.db "
            "and set MLFLOW_TRACKING_URI=sqlite:///old.db"
        )
    if scheme not in _SERVERS + _DATABASES:
        raise UsageError(
            f"MLFLOW_TRACKING_URI={shown!r} is of a kind that notebid does not know. Use {own} (unset the variable), "
            f"or an address that begins with one of {', '.join(f'{one}://' for one in _SERVERS + _DATABASES)}."
        )
    path = uri.removeprefix("sqlite:///")
    if scheme == "sqlite" and path in ("", ":memory:", "sqlite://"):
        raise UsageError(f"MLFLOW_TRACKING_URI={shown!r} keeps the store in memory, where models are lost. Use {own}.")
    # A relative file counts from where the user stands now, not from wherever a later call happens to run.
    return uri if path == uri or _RESERVED & set(path) else f"sqlite:///{user_path(path)}"
