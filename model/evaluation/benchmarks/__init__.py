"""The field's benchmarks: their file layouts, their rules of what is right, their groups."""
