"""Component libraries and how each writes the same page: which class makes a button, a tab, a field."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One library.

    Attributes:
        name: of the pages made with it.
        package: on npm, with the version.
        css: paths of its style sheets inside the package.
        classes: what stands in ``class="…"``: of button, primary, field, select, check, table, card and so on.
        dark: attribute of <html> that makes it dark; "" if it has no dark style.
        tab, chosen_tab: one tab, and the chosen one; {text} is its name. Links in a list where it has no tabs.
        tabs: around the tabs; {items} are they.
        choice: around a <select>; {select} is it.
        is_held_out: whether it is only for judging and nobody looks at its pages while changing the reader.
    """

    name: str
    package: str
    css: tuple[str, ...]
    classes: dict[str, str] = field(default_factory=dict)
    dark: str = ""
    tabs: str = "<ul>{items}</ul>"
    tab: str = '<li><a href="#x">{text}</a></li>'
    chosen_tab: str = '<li><a href="#x">{text}</a></li>'
    choice: str = "{select}"
    is_held_out: bool = False


LIBRARIES = (
    Library(
        name="bootstrap",
        package="bootstrap@5.3.8",
        css=("dist/css/bootstrap.min.css",),
        classes={
            "primary": "btn btn-primary",
            "button": "btn btn-secondary",
            "outlined": "btn btn-outline-primary",
            "field": "form-control",
            "select": "form-select",
            "check": "form-check-input",
            "table": "table table-striped",
            "card": "card card-body",
            "page": "container py-3",
        },
        dark='data-bs-theme="dark"',
        tabs='<ul class="nav nav-tabs" role="tablist">{items}</ul>',
        tab='<li class="nav-item"><a class="nav-link" role="tab" href="#x">{text}</a></li>',
        chosen_tab='<li class="nav-item"><a class="nav-link active" role="tab" href="#x">{text}</a></li>',
    ),
    Library(
        name="bulma",
        package="bulma@1.0.4",
        css=("css/bulma.min.css",),
        classes={
            "primary": "button is-link",
            "button": "button",
            "outlined": "button is-primary is-outlined",
            "field": "input",
            "area": "textarea",
            "table": "table is-bordered",
            "card": "box",
            "page": "container p-4 content",
        },
        dark='data-theme="dark"',
        tabs='<div class="tabs"><ul role="tablist" style="margin:0">{items}</ul></div>',
        tab='<li><a role="tab" href="#x">{text}</a></li>',
        chosen_tab='<li class="is-active"><a role="tab" href="#x">{text}</a></li>',
        choice='<div class="select">{select}</div>',
    ),
    Library(
        name="pico",
        package="@picocss/pico@2.1.1",
        css=("css/pico.min.css",),
        classes={"button": "secondary", "outlined": "outline", "page": "container"},
        dark='data-theme="dark"',
    ),
    Library(
        name="spectre",
        package="spectre.css@0.5.9",
        css=("dist/spectre.min.css",),
        classes={
            "primary": "btn btn-primary",
            "button": "btn",
            "outlined": "btn btn-link",
            "field": "form-input",
            "select": "form-select",
            "table": "table",
            "card": "card p-2",
            "page": "container p-2",
        },
        tabs='<ul class="tab" role="tablist">{items}</ul>',
        tab='<li class="tab-item"><a role="tab" href="#x">{text}</a></li>',
        chosen_tab='<li class="tab-item active"><a role="tab" href="#x">{text}</a></li>',
    ),
    Library(
        name="windows98",
        package="98.css@0.1.21",
        css=("dist/98.css",),
        classes={"card": "window window-body", "page": "window window-body"},
        tabs='<menu role="tablist">{items}</menu>',
        tab='<li role="tab"><a href="#x">{text}</a></li>',
        chosen_tab='<li role="tab" aria-selected="true"><a href="#x">{text}</a></li>',
    ),
    Library(
        name="water",
        package="water.css@2.1.1",
        css=("out/water.css",),
    ),
    Library(
        name="pure",
        package="purecss@3.1.0",
        css=("build/pure-min.css",),
        classes={
            "primary": "pure-button pure-button-primary",
            "button": "pure-button",
            "table": "pure-table pure-table-bordered",
            "form": "pure-form pure-form-stacked",
        },
        tabs='<div class="pure-menu pure-menu-horizontal"><ul class="pure-menu-list">{items}</ul></div>',
        tab='<li class="pure-menu-item"><a href="#x" class="pure-menu-link">{text}</a></li>',
        chosen_tab='<li class="pure-menu-item"><a href="#x" class="pure-menu-link">{text}</a></li>',
        is_held_out=True,
    ),
    Library(
        name="uikit",
        package="uikit@3.25.25",
        css=("dist/css/uikit.min.css",),
        classes={
            "primary": "uk-button uk-button-primary",
            "button": "uk-button uk-button-default",
            "outlined": "uk-button uk-button-text",
            "field": "uk-input",
            "area": "uk-textarea",
            "select": "uk-select",
            "check": "uk-checkbox",
            "radio": "uk-radio",
            "table": "uk-table uk-table-divider",
            "card": "uk-card uk-card-default uk-card-body",
            "page": "uk-container uk-padding-small",
        },
        tabs='<ul uk-tab class="uk-tab" role="tablist">{items}</ul>',
        tab='<li><a role="tab" href="#x">{text}</a></li>',
        chosen_tab='<li class="uk-active"><a role="tab" href="#x">{text}</a></li>',
        is_held_out=True,
    ),
    Library(
        name="foundation",
        package="foundation-sites@6.9.0",
        css=("dist/css/foundation.min.css",),
        classes={
            "primary": "button",
            "button": "button secondary",
            "outlined": "button hollow",
            "card": "card card-section",
            "page": "grid-container",
        },
        tabs='<ul class="tabs" role="tablist">{items}</ul>',
        tab='<li class="tabs-title"><a role="tab" href="#x">{text}</a></li>',
        chosen_tab='<li class="tabs-title is-active"><a role="tab" href="#x" aria-selected="true">{text}</a></li>',
        is_held_out=True,
    ),
    Library(
        name="windows7",
        package="7.css@0.21.1",
        css=("dist/7.css",),
        classes={"card": "window window-body", "page": "window window-body"},
        tabs='<menu role="tablist">{items}</menu>',
        tab='<button role="tab">{text}</button>',
        chosen_tab='<button role="tab" aria-selected="true">{text}</button>',
        is_held_out=True,
    ),
    Library(
        name="primer",
        package="@primer/css@21.5.1",
        css=("dist/primer.css",),
        classes={
            "primary": "btn btn-primary",
            "button": "btn",
            "outlined": "btn btn-outline",
            "field": "form-control",
            "select": "form-select",
            "card": "Box p-3",
            "page": "container-lg p-3",
        },
        dark='data-color-mode="dark" data-dark-theme="dark"',
        tabs='<div class="UnderlineNav"><div class="UnderlineNav-body" role="tablist">{items}</div></div>',
        tab='<a class="UnderlineNav-item" role="tab" href="#x">{text}</a>',
        chosen_tab='<a class="UnderlineNav-item" role="tab" aria-selected="true" href="#x">{text}</a>',
        is_held_out=True,
    ),
)
