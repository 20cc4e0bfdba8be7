"""What the API shows and takes of experts, badges, profiles and searches."""
