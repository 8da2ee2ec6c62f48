"""The steps of a run, one row each: what is done, what is being done, what comes."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from agent.types import Outcome
from app.theme import Theme
from app.wording import outcome_words, rich

_MAX_ROWS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    title: str
    is_current: bool = False
    outcome: Outcome | None = None


class StepList(QLabel):
    """Shows at most seven rows around the current one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.setObjectName("panel_steps")
        self.setAccessibleName("Steps")
        self._theme = theme
        self._rows: list[_Row] = []

    def clear(self) -> None:
        """No steps."""
        self._set([])

    def set_steps(self, titles: tuple[str, ...]) -> None:
        """All steps, none begun."""
        self._set([_Row(title=title) for title in titles])

    def begin(self, step_idx: int, title: str) -> None:
        """A step begins, under the name that it has now."""
        rows = [replace(row, is_current=False) for row in self._rows]
        rows += [_Row(title="") for _ in range(step_idx + 1 - len(rows))]
        rows[step_idx] = _Row(title=title, is_current=True)
        self._set(rows)

    def finish(self, step_idx: int, outcome: Outcome) -> None:
        """A step is over."""
        rows = list(self._rows)
        if step_idx < len(rows):
            rows[step_idx] = replace(rows[step_idx], is_current=False, outcome=outcome)
        self._set(rows)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self._set(self._rows)

    def _set(self, rows: list[_Row]) -> None:
        self._rows = rows
        self.setVisible(bool(rows))
        last_touched = max((idx for idx, row in enumerate(rows) if row.is_current or row.outcome), default=0)
        first = min(max(last_touched - _MAX_ROWS // 2, 0), max(len(rows) - _MAX_ROWS, 0))
        shown = rows[first : first + _MAX_ROWS]
        lines = [self._line(row) for row in shown]
        if len(shown) < len(rows):
            lines.append(f'<span style="color:{self._theme.muted}">{len(rows)} steps in all</span>')
        self.setText(f'<p style="line-height:135%">{"<br>".join(lines)}</p>')

    def _line(self, row: _Row) -> str:
        theme = self._theme
        sign, tone, text_tone = "○", theme.muted, theme.muted
        if row.is_current:
            sign, tone, text_tone = "●", theme.accent, theme.text
        elif row.outcome is not None:
            text_tone = theme.text
            sign, tone = {
                Outcome.DELIVERED: ("✓", theme.good),
                Outcome.UNVERIFIABLE: ("✓", theme.muted),
                Outcome.NO_VISIBLE_EFFECT: ("△", theme.warn),
                Outcome.REFUSED: ("✗", theme.bad),
            }[row.outcome]
        note = "" if row.outcome in (None, Outcome.DELIVERED) else f" – {outcome_words(row.outcome)}"
        return (
            f'<span style="color:{tone}"><b>{sign}</b></span>&nbsp;&nbsp;'
            f'<span style="color:{text_tone}">{rich(row.title)}</span>'
            f'<span style="color:{theme.muted}">{note}</span>'
        )
