"""What ordinary people type, as a table: how it is understood, or what the hint says where it is not."""

import pytest

from agent.errors import PlanError, WindowError
from agent.planner.describe import describe
from agent.planner.rules import RulesPlanner
from agent.programs import Program

_INSTALLED = [
    Program(entry_id=name, name=name, names=(name,), descriptions=(), argv=(name,)) for name in ("Firefox", "Settings")
]


def _find(words: str) -> Program:
    found = next((program for program in _INSTALLED if program.is_called(words)), None)
    if found is None:
        raise WindowError(f'There is no program "{words}".', hint="Firefox, Settings.")
    return found


UNDERSTOOD = [
    ("click Book now", 'Click "Book now"'),
    ("click Buy now please", 'Click "Buy now"'),
    ("press the Book now button", 'Click "Book now button"'),
    ("click save and quit", 'Click "save and quit"'),
    ("click Save and close", 'Click "Save and close"'),
    ("click Sign in", 'Click "Sign in"'),
    ("click Sign in now", 'Click "Sign in now"'),
    ("click Log in and type ada into Username", 'Click "Log in" ;; Type "ada" into "Username"'),
    ("type I live in Berlin", 'Type "I live in Berlin"'),
    ("type I live in Berlin into the About field", 'Type "I live in Berlin" into "the About field"'),
    ("type hello in the search box", 'Type "hello" into "the search box"'),
    ("type hello in Search", 'Type "hello" into "Search"'),
    ('type "hello" in Search', 'Type "hello" into "Search"'),
    ("type ada@example.com in Email", 'Type "ada@example.com" into "Email"'),
    ("type ada@example.com at the email field", 'Type "ada@example.com" into "the email field"'),
    (
        "write Dear Sir, I am writing to you in order to complain",
        'Type "Dear Sir, I am writing to you in order to complain"',
    ),
    ("write hello world in the text editor", 'Type "hello world" into "the text editor"'),
    ("type hello in the third box", 'Type "hello" into "the third box"'),
    ("enter 42 in Age", 'Type "42" into "Age"'),
    ("enter my name in the name field", 'Type "my name" into "the name field"'),
    ("put 5 in Quantity", 'Type "5" into "Quantity"'),
    ("put milk on the list", 'Type "milk" into "the list"'),
    ("type meet me at the station", 'Type "meet me at the station"'),
    ("type be home at 5", 'Type "be home at 5"'),
    ("open the File menu", 'Click "the File menu"'),
    ("open the File menu and click Save As", 'Click "the File menu" ;; Click "Save As"'),
    ("go to File, then Save", 'Click "File" ;; Click "Save"'),
    ("File > Save As", "Open File › Save As"),
    ("close the tab", "Press Ctrl+W"),
    ("close everything", 'Close the window "everything"'),
    ("open firefox", "Start Firefox"),
    ("open a new tab", 'Click "a new tab"'),
    ("open new window", 'Click "new window"'),
    ("go to the next page", 'Click "the next page"'),
    ("scroll down", "Scroll down"),
    ("scroll to the bottom of the page", "Scroll down"),
    ("scroll down a little", "Scroll down"),
    ("scroll up twice", "Scroll up"),
    ("select all and copy", "Press Ctrl+A ;; Press Ctrl+C"),
    ("copy this text", "Press Ctrl+C"),
    ("copy the selected text", "Press Ctrl+C"),
    ("paste it here", "Press Ctrl+V"),
    ("paste into the body", 'Click "the body" ;; Press Ctrl+V'),
    ("undo that", "Press Ctrl+Z"),
    ("save the file", "Press Ctrl+S"),
    ("save as report.txt", 'Open File › Save As ;; Type "report.txt" into "Name" and press Enter'),
    ("save the file as report.txt", 'Open File › Save As ;; Type "report.txt" into "Name" and press Enter'),
    ("search for cats", 'Type "cats" into "the search field" and press Enter'),
    ("search for cats on wikipedia", 'Type "cats on wikipedia" into "the search field" and press Enter'),
    ("press ctrl and s", "Press Ctrl+S"),
    ("press control s", "Press Ctrl+S"),
    ("press ctrl c then ctrl v", "Press Ctrl+C ;; Press Ctrl+V"),
    ("hit the escape key", "Press Esc"),
    ("hit return", "Press Enter"),
    ("press the down arrow three times", "Press Down, 3 times"),
    ("press tab twice and then press enter", "Press Tab, 2 times ;; Press Enter"),
    ("double click on the file report.txt", 'Double-click "the file report.txt"'),
    ("right click the desktop and choose Properties", 'Right-click "the desktop" ;; Click "Properties"'),
    ("right click on report.txt and select Rename", 'Right-click "report.txt" ;; Click "Rename"'),
    ("drag report.txt to the Documents folder", 'Drag "report.txt" to "the Documents folder"'),
    ("move the slider to 50", 'Drag "the slider" to "50"'),
    ("set the volume to 50", 'Type "50" into "the volume"'),
    ("change the font size to 14", 'Type "14" into "the font size"'),
    ("turn off wifi", 'Uncheck "wifi"'),
    ("enable dark mode", 'Check "dark mode"'),
    ("check the box next to I agree", 'Check "the box next to I agree"'),
    ("tick I agree to the terms and conditions", 'Check "I agree to the terms and conditions"'),
    ("uncheck remember me", 'Uncheck "remember me"'),
    ("choose German from the language list", 'Select "German" from "the language list"'),
    ("select German in Language", 'Click "German in Language"'),
    ("select the second option", 'Click "the second option"'),
    ("pick a colour", 'Click "a colour"'),
    ("choose Red", 'Click "Red"'),
    ("fill in Name with Ada and Email with ada@x.org", 'Type "Ada" into "Name" ;; Type "ada@x.org" into "Email"'),
    ("wait a second", "Wait 1 s"),
    ("zoom in", "Press Ctrl++"),
    ("switch to chromium", 'Switch to "chromium"'),
    ("switch to the other window", 'Switch to "other"'),
    ("click the red button", 'Click "the red button"'),
    ("click the x in the top right corner", 'Click "the x in the top right corner"'),
    ("click the button that says Save", 'Click "the button that says Save"'),
    ("click the button next to Name", 'Click "the button next to Name"'),
    ("click where it says Download", 'Click "where it says Download"'),
    ("click between the two buttons", 'Click "between the two buttons"'),
    ("I want to save this", "Press Ctrl+S"),
    ("can you open the settings", "Start Settings"),
    ("could you please click on the settings icon for me", 'Click "the settings icon"'),
]


@pytest.mark.parametrize(("command", "titles"), UNDERSTOOD, ids=[command for command, _ in UNDERSTOOD])
def test_ordinary_command_means(command: str, titles: str) -> None:
    assert " ;; ".join(describe(step) for step in RulesPlanner(_find).plan(command).steps) == titles


NOT_UNDERSTOOD = [
    ("insert a row", 'For text: type "a row". For a menu: menu Insert > …'),
    ("insert hello at the end", 'For text: type "hello at the end". For a menu: menu Insert > …'),
    ("minimize the window", "Windows cannot be resized yet. The nearest is: press Alt+Space"),
    ("maximize the window", "Windows cannot be resized yet. The nearest is: press Alt+Space"),
    ("make the window bigger", 'Begin with what to do, as in: click "make the window bigger"'),
    ("new tab", 'Begin with what to do, as in: click "new tab"'),
    ("page down", "For the key: press page down"),
    ("save it in Documents", "For example: save as report.txt"),
    ("print this page", 'Begin with what to do, as in: click "print this page"'),
    ("google cats", 'Begin with what to do, as in: click "google cats"'),
    ("find the word hello", 'The nearest is: search for "cats"'),
    ("look for Settings", 'Begin with what to do, as in: click "look for Settings"'),
    ("hold shift and click Report", "Click without it, or use the keys alone."),
    ("delete report.txt", "The nearest is: press Delete"),
    ("rename report.txt to old.txt", 'Begin with what to do, as in: click "rename report.txt to old.txt"'),
    ("fill in the form", 'For example: fill Name with "Ada"'),
    ("name: Ada", 'Begin with what to do, as in: click "name: Ada"'),
    ("answer yes", 'Begin with what to do, as in: click "answer yes"'),
    ("say hello", 'Begin with what to do, as in: click "say hello"'),
    ("log in", 'Begin with what to do, as in: click "log in"'),
    ("log out", 'Begin with what to do, as in: click "log out"'),
    ("sign in as ada", 'Begin with what to do, as in: click "sign in as ada"'),
    ("submit the form", 'Begin with what to do, as in: click "submit the form"'),
    ("cancel", 'Begin with what to do, as in: click "cancel"'),
    ("ok", 'Begin with what to do, as in: click "ok"'),
    ("click it", "Say what is meant."),
    ("wait until the page has loaded", 'Say what is there then, as in: wait for "Done"'),
    ("wait for the download to finish", 'Say what is there then, as in: wait for "Done"'),
    ("show the desktop", 'Begin with what to do, as in: click "show the desktop"'),
    ("take a screenshot", 'Begin with what to do, as in: click "take a screenshot"'),
    ("play the video", 'Begin with what to do, as in: click "play the video"'),
    ("stop the music", 'Begin with what to do, as in: click "stop the music"'),
    ("mute", 'Begin with what to do, as in: click "mute"'),
    ("reply to the email saying thanks", 'Begin with what to do, as in: click "reply to the email saying thanks"'),
    ("send the message", 'Begin with what to do, as in: click "send the message"'),
    ("click 100, 200", "Say what is there, as in: click the Save button"),
    ("help", 'Begin with what to do, as in: click "help"'),
    ("what can you do", 'Begin with what to do, as in: click "what can you do"'),
]


@pytest.mark.parametrize(("command", "hint"), NOT_UNDERSTOOD, ids=[command for command, _ in NOT_UNDERSTOOD])
def test_what_is_not_understood_gets_a_useful_hint(command: str, hint: str) -> None:
    with pytest.raises(PlanError) as caught:
        RulesPlanner(_find).plan(command)
    assert caught.value.hint == hint
