"""A figure that becomes part of a page: its colours and letters are the page's own."""

from __future__ import annotations

import io
import re

from markupsafe import Markup, escape
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

COLOURS = {
    "ink": "#010101",
    "muted": "#020202",
    "line": "#030303",
    "ours": "#040404",
    "rival": "#050505",
    "other": "#060606",
    "paper": "#070707",
}
"""Stand-ins drawn with, each then replaced by the page's variable of that name."""

FONT = 12.0


class Canvas:
    """A plot of a given size in CSS pixels.

    Words are kept aside and put in last, so that no name is read as a formula, measured with
    letters that are missing, or taken for markup.
    """

    def __init__(self, key: str, width: int, height: int) -> None:
        self.key, self.width, self.height = key, width, height
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self._words: list[str] = []
        self._tips: list[str] = []

    def axes(self, left: int, top: int, right: int, bottom: int) -> Axes:
        """Axes within margins in pixels, with light lines along the bottom and the left."""
        w, h = self.width, self.height
        box = (left / w, bottom / h, 1 - (left + right) / w, 1 - (top + bottom) / h)
        axes = self.figure.add_axes(box)
        axes.patch.set_visible(False)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(COLOURS["line"])
        axes.tick_params(length=0, labelsize=FONT, labelcolor=COLOURS["muted"], pad=7)
        axes.set_axisbelow(True)
        axes.grid(color=COLOURS["line"], linewidth=0.8)
        return axes

    def ticks(self, axes: Axes, x: dict[float, str], y: dict[float, str]) -> None:
        """Ticks at values, with their words."""
        axes.set_xticks(list(x), [self.word(text) for text in x.values()])
        axes.set_yticks(list(y), [self.word(text) for text in y.values()])

    def write(self, x: float, y: float, text: str, *, colour: str = "muted", ha: str = "left",
              bold: bool = False) -> None:  # fmt: skip
        """Words at pixels from the lower left corner, by their middle line."""
        self.figure.text(
            x / self.width,
            y / self.height,
            self.word(text),
            color=COLOURS[colour],
            fontsize=FONT,
            ha=ha,
            va="center_baseline",
            fontweight="bold" if bold else "normal",
        )

    def lead(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A thin line between two places in pixels."""
        xs, ys = (
            [a[i] / size for a in (start, end)] for i, size in enumerate((self.width, self.height))
        )
        self.figure.add_artist(Line2D(xs, ys, color=COLOURS["line"], linewidth=1))

    def word(self, text: str) -> str:
        """A token that stands for `text` in what is drawn."""
        self._words.append(text)
        return f"w{len(self._words) - 1}w"

    def tip(self, text: str) -> str:
        """A group id; what carries it shows `text` when pointed at."""
        self._tips.append(text)
        return f"tip{len(self._tips) - 1}"

    def svg(self, label: str) -> Markup:
        """The drawing as inline SVG, with `label` read to those who hear the page."""
        out = io.StringIO()
        self.figure.patch.set_visible(False)
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": self.key}):
            self.figure.savefig(out, format="svg", metadata={"Date": None})
        root = (
            f'<svg class="plot" viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(label)}" style="max-width:{1.1 * self.width:.0f}px">'
        )
        text = self._body(out.getvalue())
        return Markup(root + text + "</svg>")  # noqa: S704 - every word in it is escaped

    def _body(self, drawn: str) -> str:
        text = drawn[drawn.index(">", drawn.index("<svg")) + 1 : drawn.rindex("</svg>")]
        for needless in (r"<!--.*?-->", r"<metadata>.*?</metadata>", r"<style.*?</style>"):
            text = re.sub(needless, "", text, flags=re.DOTALL)
        text = re.sub(r'<g id="tip(\d+)">', self._titled, text)
        text = self._own_ids(text)
        text = re.sub(r"(\.\d\d)\d+", r"\1", text)
        text = re.sub(r" ?font-family: [^;\"]*;| transform=\"rotate\(-0 [^\"]*\"", "", text)
        text = re.sub(r"\bxlink:href", "href", text)
        for colour, stand_in in COLOURS.items():
            text = text.replace(stand_in, f"var(--{colour})")
        text = re.sub(r">\s*\n\s*<", "><", text)
        return re.sub(r"w(\d+)w", lambda m: str(escape(self._words[int(m[1])])), text)

    def _titled(self, match: re.Match[str]) -> str:
        return f"<g><title>{self.word(self._tips[int(match[1])])}</title>"

    def _own_ids(self, text: str) -> str:
        """Ids that something points at carry the key of the plot; the others go."""
        used = set(re.findall(r'(?:href="|url\()#([\w.-]+)', text))
        text = re.sub(
            r' id="([\w.-]+)"',
            lambda m: f' id="{self.key}-{m[1]}"' if m[1] in used else "",
            text,
        )
        return re.sub(r'(href="|url\()#', rf"\1#{self.key}-", text)
