"""``foveal collect web``: pages in Chromium, labelled by the browser."""

import argparse
from pathlib import Path

from app.commands._errors import UsageError
from app.commands.collect._progress import show_progress
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "web",
        help="web pages of component libraries, and documentation",
        description="Shows pages in Chromium and labels each picture by what the browser knows of it. The pages are "
        "made with component libraries and icon packs from npm; every fourth one is documentation of an installed "
        "Debian package.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder of the screens; made if it does not exist")
    parser.add_argument("--n", type=int, default=100, metavar="N", help="how many pages (100)")
    parser.add_argument("--seed", type=int, default=0, help="of the pages and windows (0)")
    parser.add_argument("--libraries", nargs="+", default=[], metavar="NAME", help="which (default: all)")
    parser.add_argument("--no-documents", action="store_true", help="leave documentation out")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show each page and save it."""
    if arguments.n < 1:
        raise UsageError("--n is how many pages are wanted: at least 1.")
    from model.data.collect.web.collect import collect_web
    from model.data.collect.web.documents import documents
    from model.data.collect.web.visits import draw_visits, find_libraries

    libraries = find_libraries(arguments.libraries)
    found = {} if arguments.no_documents else documents()
    visits = draw_visits(arguments.n, arguments.seed, libraries, found)
    show_progress(collect_web(visits, arguments.out))
    return ExitStatus.DONE
