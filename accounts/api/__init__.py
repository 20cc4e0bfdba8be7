"""What every view of the API shares: who asks, and doing what they ask once."""
