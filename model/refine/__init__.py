"""Second looks at what a grounder answered: closer, with more cells, in other words, and with a doubting reader."""
