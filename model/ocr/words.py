"""The English words that instructions are made of, apart from names: verbs, roles, ordinals, places, relations."""

import re
from enum import StrEnum


class Role(StrEnum):
    """What kind of thing was asked for."""

    BUTTON = "button"
    FIELD = "field"
    TEXT_AREA = "text area"
    CHECKBOX = "checkbox"
    RADIO = "radio button"
    TAB = "tab"
    MENU = "menu"
    MENU_ITEM = "menu item"
    ICON = "icon"
    LINK = "link"
    ITEM = "item"
    DROPDOWN = "drop-down"
    TITLE = "title"
    WINDOW = "window"
    TEXT = "text"
    BAR = "bar"


# Longest first within a role, so that "radio button" is not a button called "radio".
_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.RADIO, r"radio\s?buttons?|radios?|option buttons?"),
    (
        Role.DROPDOWN,
        r"(?:drop[- ]?down|combo|select|pull[- ]?down|pop[- ]?up)(?:\s?(?:menu|list|box|field|button|arrow))?"
        r"|spin\s?(?:box|button|ner)",
    ),
    (Role.CHECKBOX, r"check\s?box(?:es)?|check\s?mark|tick\s?box|check button|toggle(?:\s?(?:switch|button))?|switch"),
    (
        Role.TEXT_AREA,
        r"text\s?area|text (?:editor|view)|edit(?:or|ing)? area|document area|editor pane|(?:main )?editing area"
        r"|text (?:pane|body)",
    ),
    (
        Role.FIELD,
        r"(?:text|input|entry|edit|form|text entry|text input)?[- ]?(?:fields?|entry(?: box)?|inputs?|edit line)"
        r"|(?:text|input|entry|edit|dialog)[- ]?(?:box|line)|(?<=search )bar|(?<=address )bar|(?<=location )bar"
        r"|(?<=url )bar|box|text input|prompt",
    ),
    (Role.MENU_ITEM, r"(?:menu|context menu)\s?(?:items?|entry|entries|options?|commands?)"),
    (Role.BAR, r"(?:menu|title|tool|status|side|task|tab|scroll|caption)[- ]?bars?|side panel|panel"),
    (Role.MENU, r"(?:sub)?menus?"),
    (Role.TAB, r"(?:page |notebook )?tabs?(?: page)?"),
    (Role.ICON, r"(?:icon|image|tool(?:bar)?)\s?buttons?|icons?|symbols?|logo|glyph|picture|image"),
    (Role.LINK, r"(?:hyper|web)?\s?links?"),
    (Role.BUTTON, r"(?:push|command|dialog)?\s?buttons?|btn|keys?"),
    (
        Role.ITEM,
        r"(?:list|tree|table|side\s?bar)?\s?(?:items?|entries|rows?|cells?)|options?"
        r"|(?:table )?column(?: header)?|choice",
    ),
    (Role.TITLE, r"(?:window |dialog |page )?(?:title|caption)|heading|headline|header"),
    (Role.WINDOW, r"windows?|dialog(?:ue)?s?(?: box| window)?|pop[- ]?ups?|message box"),
    (Role.TEXT, r"(?:text )?labels?|texts?|words?|(?:static )?text|lines?|sentence|paragraph|number|digit|sign|letter"),
)
_ANY_ROLE = "|".join(f"(?:{pattern})" for _, pattern in _ROLE_WORDS)


def _compile(template: str) -> tuple[tuple[re.Pattern[str], Role], ...]:
    return tuple(
        (re.compile(template.replace("ROLE", f"(?P<role>{pattern})"), re.IGNORECASE), role)
        for role, pattern in _ROLE_WORDS
    )


_CALLED = (
    r"(?:(?:that|which) (?:says|reads|is (?:called|named|labell?ed)|has (?:the )?(?:text|label|name|title))"
    r"|(?:is )?(?:labell?ed|called|named|titled|marked|captioned|saying|reading|entitled)"
    r"|with (?:the |an? )?(?:text|label|name|title|caption|placeholder|word|words)|for(?: the| your| an?)?|showing)"
)
NAMED_ROLE = _compile(rf"ROLE,? {_CALLED}:? (?P<name>.+)")
ROLE_BEHIND = _compile(r"(?:^|(?<=[\s\ue001]))ROLE$")
ROLE_BEFORE = _compile(r"ROLE:? ")
ENDS_WITH_ROLE = re.compile(rf"(?:^|\s)(?:{_ANY_ROLE})$", re.IGNORECASE)
ROLE_ONLY = re.compile(rf"(?:{_ANY_ROLE})", re.IGNORECASE)

POLITE = re.compile(
    r"^(?:please|pls|kindly|now|then|next,|and|just|also|first,|can you|could you|would you|will you|"
    r"i want(?: you)? to|i would like(?: you)? to|i'd like(?: you)? to|i need to|let's|let us|you should|go ahead and|"
    r"try to|we need to|help me)\s+",
    re.IGNORECASE,
)
WRITTEN = re.compile(
    r"^(?:(?:click|tap|press|hit|point|go)(?: on| at| to)? )?"
    r"(?:where it (?:says|reads)|(?:the )?(?:line|text|words?|sentence|phrase) (?:that |which )?(?:says|reads))\s+",
    re.IGNORECASE,
)
"""Before words that stand on the screen just so."""
POLITE_END = re.compile(r"(?:,\s*|\s+)(?:please|pls|now|right now|for me|thanks|thank you)$", re.IGNORECASE)
_ON = r"(?:\s+(?:on|at|over|to|onto|upon|in|into|for))?"
VERB = re.compile(
    r"^(?:(?:left|right|middle|double|single|triple)[- ]?click|(?:left|right|middle|double|single) (?:tap|press)|"
    r"click|press|tap|push|hit|select|choose|pick|activate|toggle|tick|untick|check|uncheck|enable|disable|focus|hover|point|go|navigate|"
    r"switch|open(?: up)?|expand|unfold|mark|"
    r"(?:move|put|place|set|bring) (?:the )?(?:mouse|pointer|cursor|focus)(?: pointer)?|"
    r"type|write|enter (?:text|something)|enter|fill(?: in| out)?|"
    r"where(?: is|'s| are)|find|locate|show(?: me)?(?: where)?|look for|scroll|drag|use|trigger|launch|invoke|"
    r"clear|empty|follow|visit|(?:pull|drop) down|fold out"
    rf"){_ON}(?:\s+|$)(?:where (?:is )?)?",
    re.IGNORECASE,
)
TYPE_INTO = re.compile(
    r"^(?:type|write|enter|put|input|insert|paste|fill(?: in)?)\s+(?:.+?\s+)?(?:into|in|to|inside)\s+(?P<target>.+)$",
    re.IGNORECASE,
)
AFTER_TARGET = re.compile(
    r"\s+(?:to (?:open|close|see|continue|proceed|save|start|go|confirm|submit|view|get|show|select|begin|log|sign)\b.*"
    r"|and (?:then )?(?:wait|press|type|click)\b.*|once|twice|again|with the (?:left|right) (?:mouse )?button)$",
    re.IGNORECASE,
)

_ARTICLE = re.compile(r"^(?:the|a|an|this|that|my|your|its|any|one of the)\s+(?=\S)", re.IGNORECASE)
# Lower case only: the button that is called "Large" is no large button.
_ADJECTIVE = (
    r"(?:very|big|large|huge|small|little|tiny|wide|long|round|square|rounded|red|green|blue|yellow|orange|purple|pink|"
    r"gr[ae]y|white|black|dark|light|bright|colou?red|highlighted|greyed[- ]out|prominent|visible|empty)"
)
_ADJECTIVES = re.compile(rf"^(?:{_ADJECTIVE}(?:\s+|$))+")
ENDS_WITH_ARTICLE = re.compile(r"(?:^|\s)(?:the|a|an|this|that)$", re.IGNORECASE)
TICKING = re.compile(r"^(?:\w+ )??(?:check|uncheck|tick|untick|toggle)\b", re.IGNORECASE)
LEADING_REGION = re.compile(
    r"^(?P<region>(?:in|inside|within|on|at|under|from) [^,]{2,60}),\s*(?P<rest>\S.*)$", re.IGNORECASE
)


def strip_article(text: str) -> str:
    """Without "the", "a", "my", … in front, unless nothing would be left."""
    return _ARTICLE.sub("", text.strip(), count=1)


def strip_adjectives(text: str) -> str:
    """Without size and colour in front: the big red "Stop" button is called "Stop"."""
    return _ADJECTIVES.sub("", strip_article(text), count=1).strip() if text else ""


# ------------------------------------------------------------------------------------ ordinals

_ORDINALS = {
    name: index
    for index, name in enumerate(
        (
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ),
        start=1,
    )
} | {
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "last": -1,
    "final": -1,
    "bottommost": -1,
    "topmost": 1,
    "leftmost": 1,
    "rightmost": -1,
}
ORDINAL = re.compile(
    r"(?:(?P<back>second|third)[- ](?:to[- ])?last|last but one|penultimate|"
    + "|".join(_ORDINALS)
    + r"|\d{1,2}(?:th|st|nd|rd))\b",
    re.IGNORECASE,
)


def ordinal_index(text: str) -> int:
    """1 for "first", 4 for "4th", -1 for "last", -2 for "second to last"."""
    text = text.lower()
    if text in {"last but one", "penultimate"} or re.fullmatch(r"second[- ](to[- ])?last", text):
        return -2
    if re.fullmatch(r"third[- ](to[- ])?last", text):
        return -3
    return _ORDINALS.get(text) or int(re.sub(r"\D", "", text))


# ------------------------------------------------------------------------------------ places

PLACE_WORDS = {
    "left": "left",
    "lefthand": "left",
    "leftmost": "left",
    "right": "right",
    "righthand": "right",
    "top": "top",
    "upper": "top",
    "uppermost": "top",
    "bottom": "bottom",
    "lower": "bottom",
    "lowest": "bottom",
    "middle": "middle",
    "center": "middle",
    "centre": "middle",
    "central": "middle",
}
_PLACE = r"(?:top|upper|uppermost|bottom|lower|left|right|left[- ]hand|right[- ]hand|middle|center|centre|central)"
_PLACES = rf"{_PLACE}(?:(?:[- ]| and | of the ){_PLACE})*"
PLACE_PHRASE = re.compile(
    rf"(?:very )?(?P<places>{_PLACES})(?:[- ](?:corner|side|edge|part|half|area|end|hand side|most))?"
    r"(?: of (?:the |this )?(?:screen|window|page|display|desktop|monitor|picture|image|whole screen))?",
    re.IGNORECASE,
)
LEADING_PLACES = re.compile(rf"{_PLACES}(?:[- ](?:corner|side|most))?\s+", re.IGNORECASE)
FROM_SIDE = re.compile(
    r"\s+(?:(?:counting|counted|starting) )?from (?:the )?(?P<side>left|right|top|bottom)\b", re.IGNORECASE
)

# ------------------------------------------------------------------------------------ relations

RELATION_NAMES = {
    "next": "next to",
    "left": "left of",
    "right": "right of",
    "above": "above",
    "below": "below",
    "between": "between",
    "inside": "inside",
    "row": "in the row of",
}
_REL = r"(?:,?\s*(?:that is|which is|that's|located|placed|positioned|found|directly|just|right|immediately|shown))*\s*"
RELATIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?:^|(?<=[\s\ue001,])){_REL}\b(?:{pattern})\s+", re.IGNORECASE), name)
    for name, pattern in (
        (
            "next",
            r"next to|beside|besides|near|nearby|near to|close to|adjacent to|alongside|by the side of|belonging to"
            r"|beside of",
        ),
        ("left", r"(?:to |on |at )?(?:the )?left(?:[- ]hand)?(?: side)? (?:of|from)|before"),
        ("right", r"(?:to |on |at )?(?:the )?right(?:[- ]hand)?(?: side)? (?:of|from)|after|following"),
        ("above", r"above|over|on top of|atop"),
        ("below", r"below|under|underneath|beneath"),
        ("between", r"(?:in )?between"),
        ("row", r"(?:in|on|from) (?:the )?(?:same )?(?:row|line) (?:of|with|for|as|containing|called|named)"),
        ("inside", r"in|inside|inside of|within|on|at|from|of"),
    )
)
REGION = re.compile(
    r"\b(?:dialog(?:ue)?|window|panel|pane|menu|tool\s?bar|menu\s?bar|status\s?bar|side\s?bar|title\s?bar|bar|row|list|table|section|"
    r"group|box|frame|form|header|footer|column|tab|page|popup|pop-up|area|toolbox|view|card|tree|banner|message)$",
    re.IGNORECASE,
)
