"""What the API shows and takes of jobs, proposals and conversations."""
