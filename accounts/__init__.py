"""Who is who: people, the organisations they act for, and what they are told."""
