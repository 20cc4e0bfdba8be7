"""How often one does what jobs are about; what pages and programs send counts together."""

from marketplace.kit.limits import AN_HOUR, Rate

# Sent by one expert; drafts and what they would pay are worked out as often as they like.
PROPOSALS = Rate("proposal", 20, AN_HOUR)
