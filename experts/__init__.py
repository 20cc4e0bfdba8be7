"""Supply: the taxonomy of skills, expert profiles, vetting and badges."""
