"""Own offers and contracts for machines, and what is done about them short of moving money."""
