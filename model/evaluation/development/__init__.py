"""How well grounders do on screens of programs that training never sees: the development set."""
