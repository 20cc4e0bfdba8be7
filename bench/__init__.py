"""What is measured, each on its own: `make bench-…`."""
