"""Web pages of component libraries with what is on them told by the browser: a development set for reading."""
