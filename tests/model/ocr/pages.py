"""Pages made by hand: what a reader would return for a few typical screens."""

from model.grounder import Box, ElementKind
from model.ocr.page import Control, Line, Page, Word

CHAR_PX = 8
LINE_PX = 16


class PageBuilder:
    """Puts texts and controls on a page; positions are upper left corners in pixels."""

    def __init__(self, width_px: int = 1280, height_px: int = 800) -> None:
        self._size = width_px, height_px
        self._lines: list[Line] = []
        self._controls: list[Control] = []
        self._panes: list[Box] = []

    def text(self, x: float, y: float, text: str) -> int:
        words = []
        left = x
        for word in text.split():
            right = left + CHAR_PX * len(word)
            words.append(Word(bbox=(left, y, right, y + LINE_PX), text=word, score=0.99))
            left = right + CHAR_PX
        self._lines.append(Line(bbox=(x, y, words[-1].bbox[2], y + LINE_PX), words=tuple(words), score=0.99))
        return len(self._lines) - 1

    def texts(self, y: float, *entries: str, x: float = 10, gap: float = 24) -> "PageBuilder":
        for entry in entries:
            x = self._lines[self.text(x, y, entry)].bbox[2] + gap
        return self

    def column(self, x: float, y: float, *entries: str, step: float = 28) -> "PageBuilder":
        for index, entry in enumerate(entries):
            self.text(x, y + index * step, entry)
        return self

    def button(self, x: float, y: float, text: str, kind: ElementKind = ElementKind.BUTTON) -> "PageBuilder":
        line = self.text(x + 16, y + 8, text)
        box = (x, y, x + 32 + CHAR_PX * len(text), y + 32)
        self._controls.append(Control(bbox=box, kind=kind, line_idxs=(line,)))
        return self

    def field(self, x: float, y: float, width: float, height: float = 30, text: str = "") -> "PageBuilder":
        lines = (self.text(x + 6, y + 7, text),) if text else ()
        box = (x, y, x + width, y + height)
        self._controls.append(Control(bbox=box, kind=ElementKind.FIELD, line_idxs=lines))
        return self

    def labelled(self, x: float, y: float, label: str, width: float = 300) -> "PageBuilder":
        self.text(x, y + 7, label)
        return self.field(x + 140, y, width)

    def box(self, x: float, y: float, label: str, kind: ElementKind = ElementKind.CHECKBOX) -> "PageBuilder":
        self._controls.append(Control(bbox=(x, y, x + 16, y + 16), kind=kind, is_checked=False))
        if label:
            self.text(x + 24, y, label)
        return self

    def icon(self, x: float, y: float, size: float = 24) -> "PageBuilder":
        self._controls.append(Control(bbox=(x, y, x + size, y + size), kind=ElementKind.ICON))
        return self

    def pane(self, x1: float, y1: float, x2: float, y2: float) -> "PageBuilder":
        self._panes.append((x1, y1, x2, y2))
        return self

    def build(self) -> Page:
        width, height = self._size
        return Page(
            width_px=width,
            height_px=height,
            lines=tuple(self._lines),
            controls=tuple(self._controls),
            panes=tuple(self._panes),
        )


def editor() -> Page:
    """A text editor with menu bar, tool icons and a document whose words resemble its menus."""
    page = PageBuilder()
    page.pane(0, 0, 1280, 800).text(560, 6, "notes.txt - Editor")
    for x in (1180, 1210, 1240):
        page.icon(x, 6, 16)
    page.texts(40, "File", "Edit", "Search", "Options", "Help")
    for x in (10, 50, 90, 130):
        page.icon(x, 66)
    page.field(0, 100, 1280, 660)
    page.column(
        12, 110, "Please open the file and edit it before you print the page", "Save the trees and help each other"
    )
    page.texts(776, "Line 3, Column 12", "UTF-8", "INS", x=900)
    return page.build()


def file_menu() -> Page:
    """The editor with its first menu open."""
    page = PageBuilder()
    page.pane(0, 0, 1280, 800).pane(8, 60, 240, 330)
    page.texts(40, "File", "Edit", "Search", "Options", "Help")
    page.column(20, 70, "New", "Open…", "Save", "Save As…", "Save All", "Print Preview", "Print…", "Close", "Quit")
    page.column(170, 70, "Ctrl+N", "Ctrl+O", "Ctrl+S", "Shift+Ctrl+S")
    return page.build()


def save_dialog() -> Page:
    """A file dialog over the editor: a field with a label, a column header of the same name, two buttons."""
    page = PageBuilder()
    page.pane(0, 0, 1280, 800).pane(300, 150, 980, 620)
    page.texts(40, "File", "Edit", "Search", "Options", "Help")
    page.text(590, 158, "Save As")
    page.labelled(320, 190, "Name:", 380).labelled(320, 230, "Save in folder:", 380)
    page.column(320, 290, "Home", "Desktop", "Documents", "Downloads", "Pictures")
    page.texts(290, "Name", "Size", "Modified", x=500, gap=80)
    page.column(500, 318, "letter.txt", "report.txt", "report2.txt")
    page.text(320, 540, "Character Coding:")
    page.field(460, 534, 200, text="UTF-8")
    page.button(760, 575, "Cancel").button(860, 575, "Save")
    return page.build()


def form() -> Page:
    """A web form: labels above and beside fields, placeholders, check boxes, radio buttons, links."""
    page = PageBuilder(1280, 1000)
    page.text(40, 20, "Create your account")
    page.labelled(40, 80, "First name").labelled(40, 130, "Last name").labelled(40, 180, "E-mail address")
    page.text(40, 230, "Password")
    page.field(40, 250, 440)
    page.field(40, 310, 440, text="Search the site")
    page.text(40, 360, "Comment")
    page.field(40, 380, 440, 140)
    page.box(40, 550, "Remember me").box(40, 580, "Subscribe to the newsletter")
    page.box(40, 620, "Small", ElementKind.RADIO).box(160, 620, "Medium", ElementKind.RADIO)
    page.box(280, 620, "Large", ElementKind.RADIO)
    page.button(40, 670, "Sign up").button(180, 670, "Reset")
    page.text(40, 730, "Forgot password?")
    page.text(40, 760, "By signing up you agree to the terms of service and the privacy policy of this site")
    return page.build()


def two_dialogs() -> Page:
    """Two dialogs that both have OK and Cancel."""
    page = PageBuilder()
    page.pane(0, 0, 1280, 800).pane(60, 100, 560, 400).pane(640, 100, 1180, 400)
    page.text(70, 108, "Find")
    page.text(650, 108, "Print")
    page.labelled(80, 160, "Find what:", 240).box(80, 220, "Match case")
    page.button(300, 350, "OK").button(400, 350, "Cancel")
    page.labelled(660, 160, "Copies:", 60).box(660, 220, "Print in colour")
    page.button(940, 350, "OK").button(1040, 350, "Cancel")
    return page.build()


def calculator() -> Page:
    """Keys of a calculator."""
    page = PageBuilder(400, 500)
    page.field(10, 10, 380, 60)
    for row, keys in enumerate(
        (("7", "8", "9", "÷", "C"), ("4", "5", "6", "×", "("), ("1", "2", "3", "−", ")"), ("0", ".", "=", "+", "√"))
    ):
        for col, key in enumerate(keys):
            page.button(10 + 76 * col, 100 + 60 * row, key)
    return page.build()


def file_list() -> Page:
    """Rows with a name and actions of the same names in each."""
    page = PageBuilder()
    page.pane(0, 0, 1280, 800)
    page.text(20, 20, "Files")
    for row, name in enumerate(("letter.txt", "report.txt", "photo.png")):
        page.text(20, 78 + 60 * row, name)
        page.button(600, 70 + 60 * row, "Open").button(700, 70 + 60 * row, "Rename").button(
            820, 70 + 60 * row, "Delete"
        )
    page.texts(750, "3 files", "12 MB free")
    page.button(20, 400, "General", ElementKind.TAB).button(130, 400, "Fonts", ElementKind.TAB)
    page.button(230, 400, "Shortcuts", ElementKind.TAB)
    return page.build()
