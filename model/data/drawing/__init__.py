"""Screens drawn from a seed: text, widgets and icons of which every label is known."""
