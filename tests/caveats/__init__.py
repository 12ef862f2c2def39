"""Tests of known limits: their language, their data, and the studies that they concern."""
