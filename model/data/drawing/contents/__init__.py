"""What windows hold: each function fills a box with rows of widgets until it is full."""
