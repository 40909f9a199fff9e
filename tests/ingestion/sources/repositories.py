"""Small repositories, made on the spot."""

from __future__ import annotations

import subprocess


def git(folder, *words, **more):
    """Run git there and return what it prints."""
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    command = ["git", "-C", folder, *who, *words]
    return subprocess.run(command, check=True, capture_output=True, **more).stdout.decode().strip()


def work_tree(folder, message="Begin", files=("a.txt",)):
    """A work tree with one commit."""
    subprocess.run(["git", "init", "-q", "--template=", folder], check=True)
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return folder
