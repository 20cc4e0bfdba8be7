"""Everything the document of the API allows, asked by two peers, an expert and nobody (A-07)."""
