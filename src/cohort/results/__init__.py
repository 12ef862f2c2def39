"""The one model of results: raw counts as an engine gives them, and safe tables as readers get them."""
