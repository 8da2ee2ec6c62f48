"""Web pages, told by the browser that shows them."""
