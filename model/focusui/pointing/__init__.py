"""How a network says where: with a pointer head, with its own attention, or in words."""
