"""Remakes what docs/ and examples/ take from the program: pictures, pages, a service config.

python docs/make.py
"""

from __future__ import annotations

import ast
import re
import tempfile
from pathlib import Path

from rich.console import Console

from docs.api_page import api_page
from ingestion.codes import CODES
from ingestion.verbs import VERBS
from recommender.client.policy import service_config
from recommender.commands.demo import build, portrait
from recommender.domain import config, nightly_config, serve_config
from recommender.domain.config import Settings
from recommender.domain.progress import silent
from recommender.domain.settings import all_settings

DOCS = Path(__file__).parent

SETTINGS_HEAD = """# Settings

Made from `recommender/domain/config.py`, `serve_config.py` and `nightly_config.py` by `make docs`.

A setting is named `section.field`. What counts, from the strongest: a flag of the command, a
variable (`PLN_TRAIN_SEED=1`), the settings file (`pln.toml` in the working directory, or the one
that `--config` names), the default. A name that is not listed here is an error
in every command that reads settings. A table, as `[source.sql]` is, stands
only in the file.

```toml
[train]
seed = 1

[dials]
diversity = 0.5
```

`PLN_DEBUG=1` is no setting: it makes an unexpected error show where it happened.
"""


def settings_page() -> str:
    """The page that documents every setting."""
    notes = _notes()
    parts = [SETTINGS_HEAD]
    section = ""
    for name, setting in all_settings().items():
        head, field = name.split(".")
        if head != section:
            section = head
            about, meanings = notes[type(getattr(Settings(), section)).__name__]
            parts.append(f"\n## {section}\n\n{about}\n\n")
            parts.append("| setting | variable | default | meaning |\n|---|---|---|---|\n")
        default = repr(setting.default) if setting.default not in ("", {}) else "(empty)"
        variable = f"`{setting.variable}`" if setting.variable else "(file only)"
        parts.append(f"| `{name}` | {variable} | {default} | {meanings[field]} |\n")
    return "".join(parts)


def _notes() -> dict[str, tuple[str, dict[str, str]]]:
    """By class: the first line of its docstring, and each field's docstring on one line."""
    notes = {}
    for module in (config, serve_config, nightly_config):
        for node in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                about = (ast.get_docstring(node) or "").split("\n")[0]
                notes[node.name] = about, _fields(node)
    return notes


def _fields(node: ast.ClassDef) -> dict[str, str]:
    found = {}
    for field, note in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(note, ast.Expr)
            and isinstance(note.value, ast.Constant)
        ):
            found[field.target.id] = " ".join(str(note.value.value).split())
    return found


def quarantine_page() -> str:
    """The page on bad rows, with the table of codes as they are."""
    page = (DOCS / "quarantine.md").read_text(encoding="utf-8")
    rows = [
        f"| `{name}` | {code.about} | {code.remedy} | {'yes' if code.spoils else 'no'} |\n"
        for name, code in CODES.items()
    ]
    head = "| code | what is wrong | what to do | counts as bad |\n|---|---|---|---|\n"
    return _between(page, "codes", f"{head}{''.join(rows)}")


def verbs_page() -> str:
    """The page on weights, with the table of verbs as they are."""
    page = (DOCS / "verbs.md").read_text(encoding="utf-8")
    rows = [f"| `{name}` | {verb.weight:g} | {verb.why} |\n" for name, verb in VERBS.items()]
    return _between(page, "verbs", f"| verb | weight | why |\n|---|---|---|\n{''.join(rows)}")


def _between(page: str, mark: str, text: str) -> str:
    """The page with `text` for what stands between the comments of this name."""
    before, rest = page.split(f"<!-- {mark} -->\n")
    _, after = rest.split(f"<!-- /{mark} -->")
    return f"{before}<!-- {mark} -->\n{text}<!-- /{mark} -->{after}"


def demo_picture() -> str:
    """What `pln demo` shows for its first person, shortened, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline, persons = build(Path(folder), 2000, 0, Settings(), silent)
        with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
            console = Console(record=True, width=112, file=nowhere, force_terminal=True)
            for part in portrait(pipeline, persons[0], Settings(), top=2, most=2):
                console.print(part)
    picture = console.export_svg(title="pln demo", unique_id="demo")
    return _with_local_fonts(picture)


def _with_local_fonts(picture: str) -> str:
    """The picture without fonts from elsewhere: readers' own will do, since widths are given."""
    without = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    without = re.sub(r"<!-- .*? -->\s*", "", without)
    return without.replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")


def main() -> None:
    """Write the files."""
    (DOCS / "settings.md").write_text(settings_page(), encoding="utf-8")
    (DOCS / "quarantine.md").write_text(quarantine_page(), encoding="utf-8")
    (DOCS / "verbs.md").write_text(verbs_page(), encoding="utf-8")
    (DOCS / "api.md").write_text(api_page(), encoding="utf-8")
    examples = DOCS.parent / "examples"
    (examples / "service-config.json").write_text(service_config(), encoding="utf-8")
    (DOCS / "demo.svg").write_text(demo_picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
