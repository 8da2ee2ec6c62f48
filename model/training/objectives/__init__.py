"""What a network can be taught, behind one protocol."""
