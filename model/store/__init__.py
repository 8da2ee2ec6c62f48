"""Downloaded models: where they lie, how they get there, and whether they fit this machine."""
