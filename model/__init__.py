"""Grounding models: from an instruction and a screenshot to a point, on the person's own machine."""
