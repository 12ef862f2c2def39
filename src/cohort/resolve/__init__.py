"""From the spec as written to the study as meant: names, types, grains, design rules and caveats."""
