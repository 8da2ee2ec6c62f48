"""Icons with words for what they show: gathered from packs, drawn at several sizes, read back while drawing."""
