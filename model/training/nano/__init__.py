"""Training of Foveal Nano."""
