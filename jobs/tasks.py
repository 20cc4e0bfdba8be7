"""Work that happens outside a request: load, one call, done."""
