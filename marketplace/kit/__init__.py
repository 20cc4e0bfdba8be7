"""What every app stands on; knows nothing of our domain and imports only Django and the library."""
