"""What people may type about a labelled screen, made by rule: each instruction with every element that answers it."""
