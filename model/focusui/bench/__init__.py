"""How long FocusUI takes, stage by stage, and the ways that compete: measured in turns, in one run."""
