"""From the spec as written to the study as meant: names, types, grains, and design rules."""
