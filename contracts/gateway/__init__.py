"""The payment provider as the domain sees it."""
