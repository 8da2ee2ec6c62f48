"""Collects screens that other programs draw, with what those programs say is on them."""
