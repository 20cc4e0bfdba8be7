"""The project: configuration on top, the kit at the bottom, the site's own pages between."""
