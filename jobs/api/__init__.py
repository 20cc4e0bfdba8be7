"""Jobs, proposals and conversations for machines, by the scopes and services of the pages."""
