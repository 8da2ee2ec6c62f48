"""How the models learn: samples, losses, the training forward."""
