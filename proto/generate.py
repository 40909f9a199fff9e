"""Makes `recommender/v1` from `proto/`, or says where the two differ.

python proto/generate.py            write the stubs
python proto/generate.py --check    fail where the stubs are not what proto/ gives
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROTO = Path(__file__).resolve().parent
ROOT = PROTO.parent
PACKAGE = Path("recommender/v1")
INIT = '"""Generated from `proto/recommender/v1` by `proto/generate.py`; never edited."""\n'


def generate(out: Path) -> dict[str, bytes]:
    """Generate into the empty folder `out`; returns the package's files by name."""
    protos = sorted(str(path.relative_to(PROTO)) for path in (PROTO / PACKAGE).glob("*.proto"))
    services = [path for path in protos if path.endswith("_service.proto")]
    protoc(protos, [f"--python_out={out}", f"--mypy_out=quiet:{out}"])
    protoc(services, [f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}"])
    files = {path.name: path.read_bytes() for path in (out / PACKAGE).iterdir()}
    return {**files, "__init__.py": INIT.encode()}


def protoc(protos: list[str], options: list[str]) -> None:
    """Run the compiler over `protos`; the mypy plug-ins sit beside this Python.

    Raises CalledProcessError where the compiler refuses a file; it has then said why.
    """
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", *options, *protos]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    subprocess.run(command, check=True, cwd=PROTO, env={**os.environ, "PATH": path})  # noqa: S603 - fixed words only


def existing(folder: Path) -> dict[str, bytes]:
    """The files of the package as it stands; none where it does not exist."""
    return {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}


def differences(wanted: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    """Names of files that are missing, extra or different.

    >>> differences({"a": b"1", "b": b"2"}, {"a": b"1", "c": b"3"})
    ['b', 'c']
    """
    return sorted(name for name in wanted | found if wanted.get(name) != found.get(name))


def write(files: dict[str, bytes], folder: Path) -> None:
    """Make `folder` hold exactly `files`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def main() -> int:
    """Generate or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="only compare, and fail on a difference"
    )
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as out:
        wanted = generate(Path(out))
    if not check:
        write(wanted, ROOT / PACKAGE)
        return 0
    wrong = differences(wanted, existing(ROOT / PACKAGE))
    if wrong:
        sys.stderr.write(
            f"{PACKAGE} is not what proto/ gives ({', '.join(wrong)}); "
            "run: python proto/generate.py\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
