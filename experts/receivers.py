"""What follows from a move in this app, one line each."""
