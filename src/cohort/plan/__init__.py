"""The plan: ordered, named steps between the query model and any engine."""
