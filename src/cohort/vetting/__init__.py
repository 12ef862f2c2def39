"""Vetting: the checks that a Db2 script passes before it leaves, none of which is a run on Db2."""
