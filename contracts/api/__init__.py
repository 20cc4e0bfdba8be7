"""Own contracts for machines, and the work that is handed in on them."""
