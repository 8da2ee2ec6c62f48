"""The words that begin a clause, and an example for each thing that can be done."""

import re

EXAMPLES = {
    "click": 'click "Save"',
    "double-click": 'double-click "report.txt"',
    "right-click": 'right-click "report.txt"',
    "middle-click": "middle-click the link",
    "hover": 'hover over "Help"',
    "type": 'type "hello" into Name',
    "write": 'write "hello" into Name',
    "enter": 'enter "hello" into Name',
    "fill": 'fill Name with "Ada"',
    "set": "set Size to 12",
    "replace": 'replace Name with "Ada"',
    "search": 'search for "cats"',
    "clear": "clear the Name field",
    "press": "press Ctrl+S",
    "hold": "hold Shift for 2 seconds",
    "scroll": 'scroll down until "Help" is visible',
    "drag": 'drag "report.txt" to "Documents"',
    "check": 'check "Remember me"',
    "tick": 'tick "Remember me"',
    "uncheck": 'uncheck "Remember me"',
    "untick": 'untick "Remember me"',
    "turn": "turn on Dark mode",
    "select": "select Blue from Colour",
    "choose": "choose Blue from Colour",
    "menu": "menu File > Export > PDF",
    "wait": 'wait for "Done"',
    "close": "close the window",
    "switch": "switch to the window Notes",
    "open": "open File > Save As",
    "start": "start Chromium",
    "launch": "launch Chromium",
    "save": "save as report.txt",
    "copy": "copy",
    "paste": "paste",
    "undo": "undo",
}
"""For hints. The keys are what a misspelt verb is compared with."""

FILLER = (
    r"(?:(?:please|now|just|kindly|first|firstly|next|finally|lastly|also|then|quickly|simply|ok|okay|hey|hi"
    r"|(?:could|can|would|will) you|i (?:want|need|would like) you to|i'd like you to|i (?:want|need) to"
    r"|let's|let us"
    r"|go ahead and|proceed to|try to|you (?:should|must|can)|and)\b[\s,]*)*"
)
"""Polite words before a verb."""

_CLICKING = (
    r"(?:(?:left|right|middle|single|double|triple)[\s-]?click|doubleclick|rightclick|click|press|hit|tap"
    r"|push|hover)"
)
_OTHER = (
    r"choose|pick|select|open|mouse over|point (?:at|to)|move|type|write|enter|input|put|insert|fill|set"
    r"|change|replace|search"
    r"|look up|clear|empty|hold|keep|scroll|drag|check|tick|mark|enable|uncheck|untick|unmark|disable|turn"
    r"|switch|toggle"
    r"|menu|go|navigate|visit|browse|wait|pause|close|quit|exit|focus|activate|bring|start|launch|run|save"
    r"|copy|cut"
    r"|paste|undo|redo|refresh|reload|zoom|when|once|as soon as|after|into|in|inside|from|repeat"
)
_STRONG = rf"(?:{_CLICKING}|type|drag|scroll|wait)"
_FLAGS = re.IGNORECASE
VERB_START = re.compile(rf"{FILLER}(?P<verb>(?:{_CLICKING}|{_OTHER})\b)", _FLAGS)
"""A clause that begins with something to do."""
STRONG_START = re.compile(rf"{FILLER}(?P<verb>{_STRONG}\b)\s*\S", _FLAGS)
"""One that can hardly be the label of something, because the verb has an object."""
CARRIED = re.compile(
    rf"{FILLER}(?P<verb>(?:{_CLICKING}|select|choose|pick|check|tick|uncheck|untick|enable|disable"
    rf"|hover over|close|scroll|go to)"
    r"(?:\s+on\b)?)\s+\S",
    _FLAGS,
)
"""A clause whose verb also serves the next item of a list: click File, Save As."""
TEXTUAL = re.compile(
    rf"{FILLER}(?P<verb>type|write|enter|input|put|insert|fill|set|change|replace|search|look up"
    r"|(?:go to|navigate|visit|browse)\b(?=.*[./~])|save (?:it |this |the (?:file|document) )?as"
    r"|(?:into|in|inside|on)\b.*?\b(?:type|write|enter"
    r"|put))\b",
    _FLAGS | re.DOTALL,
)
"""A clause that holds text to type, in which "and", "then" and commas may be meant."""
LEADING_PLACE = re.compile(
    rf"{FILLER}(?:in|into|inside|on|from|when|once|after|as soon as)\b(?!.*\b(?:click|press|type|write"
    rf"|enter)\b)",
    _FLAGS,
)
"""The beginning of a clause that says where or when, before it says what: In the Find dialog, click OK."""
