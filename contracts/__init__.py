"""The agreement and its money: offers, milestones, the ledger, Stripe, reviews of each other."""
