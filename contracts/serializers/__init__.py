"""What the API shows and takes of contracts."""
