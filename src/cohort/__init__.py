"""Carfan: from one study specification to protected tables and Db2 SQL."""

__version__ = "0.1.0"
