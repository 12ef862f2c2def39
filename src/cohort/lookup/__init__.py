"""Looking around in the catalogue: names, sheets, search, doubts. Knows neither the terminal nor pages."""
