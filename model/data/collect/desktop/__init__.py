"""Desktop programs on a virtual screen, told by their accessibility trees."""
